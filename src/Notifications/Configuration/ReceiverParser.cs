using System.Collections.Immutable;
using System.Globalization;
using MimeKit;
using Notifications.Templates;
using Rules.Language;
using YamlDotNet.RepresentationModel;

namespace Notifications.Configuration;

/// <summary>Reads a receiver and where it sends to.</summary>
internal sealed class ReceiverParser(YamlValues values, TemplateSet templates)
{
    private const string DefaultTitle = "[{{ status | upper }}:{{ alert_count }}] {{ group_labels }}";

    private const string DefaultText =
        "{{ each alerts }}{{ status | upper }} {{ labels.alertname }} {{ labels.entity }}: {{ annotations.message }}"
        + " ({{ starts_at }})\n{{ end }}";

    private static readonly ImmutableArray<string> Properties =
        ["name", "webhook_configs", "alertmanager_configs", "email_configs", "slack_configs", "kafka_configs"];

    private readonly RuleYaml _yaml = values.Yaml;

    public (YamlNode Node, ReceiverDefinition Receiver)? Parse(YamlNode node)
    {
        if (_yaml.Mapping(node, "a receiver", Properties) is not { } properties
            || _yaml.Required(node, properties, "name") is not { } nameNode
            || _yaml.Scalar(nameNode, "a name") is not { } name)
            return null;
        ImmutableArray<Integration> integrations =
        [
            .. Each(properties, name, "webhook", true, Webhook, "url", "url_file", "secret", "secret_file", "http_config", "max_alerts"),
            .. Each(properties, name, "alertmanager", true, Alertmanager, "url", "url_file", "http_config"),
            .. Each(properties, name, "email", false, Email, "to", "from", "smarthost", "require_tls", "auth_username",
                "auth_password", "auth_password_file", "subject", "text"),
            .. Each(properties, name, "slack", false, Slack, "api_url", "api_url_file", "channel", "username", "title", "text"),
            .. Each(properties, name, "kafka", true, Kafka, "topic"),
        ];
        return (nameNode, new ReceiverDefinition(name, integrations.IsEmpty
            ? [new DiscardIntegration { Id = $"{name}/none/0", SendResolved = true }]
            : integrations));
    }

    private delegate Integration? Read(YamlNode node, Dictionary<string, YamlNode> properties, string id, bool sendResolved);

    private IEnumerable<Integration> Each(
        Dictionary<string, YamlNode> receiver, string name, string kind, bool sendResolved, Read read, params string[] allowed)
    {
        var nodes = values.List(receiver, $"{kind}_configs", "a list");
        for (var i = 0; i < nodes.Length; i++)
            if (_yaml.Mapping(nodes[i], "a mapping", [.. allowed, "send_resolved"]) is { } properties
                && read(
                    nodes[i],
                    properties,
                    string.Create(CultureInfo.InvariantCulture, $"{name}/{kind}/{i}"),
                    values.Bool(properties, "send_resolved", sendResolved)) is { } integration)
                yield return integration;
    }

    private WebhookIntegration? Webhook(YamlNode node, Dictionary<string, YamlNode> properties, string id, bool sendResolved)
    {
        var secret = values.Secret(node, properties, "secret");
        var authorization = values.Authorization(properties);
        var maxAlerts = values.Count(properties, "max_alerts");
        return values.Url(node, properties, "url") is { } url
            ? new WebhookIntegration(url, secret, authorization, maxAlerts) { Id = id, SendResolved = sendResolved }
            : null;
    }

    private AlertmanagerIntegration? Alertmanager(
        YamlNode node, Dictionary<string, YamlNode> properties, string id, bool sendResolved)
    {
        var authorization = values.Authorization(properties);
        return values.Url(node, properties, "url") is { } url
            ? new AlertmanagerIntegration(url, authorization) { Id = id, SendResolved = sendResolved }
            : null;
    }

    private SlackIntegration? Slack(YamlNode node, Dictionary<string, YamlNode> properties, string id, bool sendResolved)
    {
        var (channel, username) = (values.Text(properties, "channel"), values.Text(properties, "username"));
        var (title, text) = (Template(properties, "title", DefaultTitle), Template(properties, "text", DefaultText));
        return values.Url(node, properties, "api_url") is { } url
            ? new SlackIntegration(url, channel, username, title, text) { Id = id, SendResolved = sendResolved }
            : null;
    }

    private EmailIntegration? Email(YamlNode node, Dictionary<string, YamlNode> properties, string id, bool sendResolved)
    {
        var (subject, text) = (Template(properties, "subject", DefaultTitle), Template(properties, "text", DefaultText));
        var (username, password) = (values.Text(properties, "auth_username"), values.Secret(node, properties, "auth_password"));
        if (username is null != password is null)
            _yaml.Error(node, "expected both auth_username and auth_password, or neither");
        var (from, to) = (Addresses(node, properties, "from"), Addresses(node, properties, "to"));
        if (_yaml.Required(node, properties, "smarthost") is not { } hostNode
            || _yaml.Scalar(hostNode, "a host and port such as mail.example.com:587") is not { } smarthost
            || from.IsEmpty || to.IsEmpty)
            return null;
        var colon = smarthost.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(smarthost.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            _yaml.Error(hostNode, $"expected a host and port such as mail.example.com:587, got '{smarthost}'");
            return null;
        }

        return new EmailIntegration(
            smarthost[..colon], port, values.Bool(properties, "require_tls", true), username, password, from[0], to, subject, text)
        { Id = id, SendResolved = sendResolved };
    }

    private KafkaIntegration? Kafka(YamlNode node, Dictionary<string, YamlNode> properties, string id, bool sendResolved) =>
        _yaml.Required(node, properties, "topic") is { } topicNode && _yaml.Scalar(topicNode, "a topic") is { } topic
            ? new KafkaIntegration(topic) { Id = id, SendResolved = sendResolved }
            : null;

    private ImmutableArray<string> Addresses(YamlNode node, Dictionary<string, YamlNode> properties, string name)
    {
        if (_yaml.Required(node, properties, name) is not { } inner || _yaml.Scalar(inner, "an address") is not { } text)
            return [];
        if (InternetAddressList.TryParse(text, out var list) && list.All(a => a is MailboxAddress { Domain.Length: > 0 }))
            return [.. list.Select(a => a.ToString())];
        _yaml.Error(inner, $"expected an address such as ops@example.com, got '{text}'");
        return [];
    }

    private Template Template(Dictionary<string, YamlNode> properties, string name, string otherwise) =>
        (properties.TryGetValue(name, out var node) ? _yaml.Parsed(node, "a template", templates.Parse) : null)
            ?? templates.Parse(otherwise);
}
