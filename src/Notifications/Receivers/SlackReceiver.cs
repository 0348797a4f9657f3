using Notifications.Configuration;

namespace Notifications.Receivers;

/// <summary>An incoming webhook as Slack, Mattermost and others have it.</summary>
internal sealed class SlackReceiver(SlackIntegration settings, HttpSender sender) : INotificationReceiver
{
    public Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var title = settings.Title.Render(notification, Escape);
        var body = NotificationJson.Write(json =>
        {
            json.WriteStartObject();
            if (settings.Channel is { } channel)
                json.WriteString("channel", channel);
            if (settings.Username is { } username)
                json.WriteString("username", username);
            json.WriteStartArray("attachments");
            json.WriteStartObject();
            json.WriteString("fallback", title);
            json.WriteString("title", title);
            if (notification.ExternalUrl.Length > 0)
                json.WriteString("title_link", notification.ExternalUrl);
            json.WriteString("text", settings.Text.Render(notification, Escape));
            json.WriteString("color", notification.IsFiring ? "danger" : "good");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return sender.PostAsync(settings.ApiUrl, body, notification.Key, [], cancellationToken);
    }

    /// <summary>So that no value becomes a link or a mention.</summary>
    private static string Escape(string value) => value
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
