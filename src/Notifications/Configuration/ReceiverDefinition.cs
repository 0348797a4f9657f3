using System.Collections.Immutable;
using Notifications.Templates;

namespace Notifications.Configuration;

/// <summary>A receiver: a name for where its notifications go.</summary>
internal sealed record ReceiverDefinition(string Name, ImmutableArray<Integration> Integrations);

/// <summary>One place where notifications go.</summary>
internal abstract record Integration
{
    /// <summary>Of all receivers: <c>ops/webhook/0</c>.</summary>
    public required string Id { get; init; }

    public required bool SendResolved { get; init; }
}

/// <summary>For a receiver that sends nothing.</summary>
internal sealed record DiscardIntegration : Integration;

/// <param name="Secret">Null: not signed.</param>
/// <param name="Authorization">The header; null: none.</param>
/// <param name="MaxAlerts">0: all.</param>
internal sealed record WebhookIntegration(Uri Url, string? Secret, string? Authorization, int MaxAlerts) : Integration;

/// <param name="Url">Without <c>/api/v2/alerts</c>.</param>
internal sealed record AlertmanagerIntegration(Uri Url, string? Authorization) : Integration;

internal sealed record SlackIntegration(
    Uri ApiUrl, string? Channel, string? Username, Template Title, Template Text) : Integration;

/// <param name="RequireTls">Port 465 speaks TLS at once, others after STARTTLS; false: none.</param>
/// <param name="Username">Null: no authentication.</param>
internal sealed record EmailIntegration(
    string Host,
    int Port,
    bool RequireTls,
    string? Username,
    string? Password,
    string From,
    ImmutableArray<string> To,
    Template Subject,
    Template Text) : Integration;

internal sealed record KafkaIntegration(string Topic) : Integration;
