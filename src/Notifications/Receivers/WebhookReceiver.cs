using System.Security.Cryptography;
using System.Text;
using Notifications.Configuration;

namespace Notifications.Receivers;

/// <summary>Alertmanager's webhook; with a secret, signed in the header <c>X-Signature-256</c>: <c>sha256=</c>, then hexadecimal.</summary>
internal sealed class WebhookReceiver(WebhookIntegration settings, HttpSender sender) : INotificationReceiver
{
    public Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var body = NotificationJson.Webhook(notification, settings.MaxAlerts);
        return sender.PostAsync(
            settings.Url,
            body,
            notification.Key,
            [("Authorization", settings.Authorization), ("X-Signature-256", Signature(body))],
            cancellationToken);
    }

    private string? Signature(byte[] body) => settings.Secret is null
        ? null
        : $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings.Secret), body))}";
}
