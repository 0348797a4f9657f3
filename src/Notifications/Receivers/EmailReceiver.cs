using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Notifications.Configuration;

namespace Notifications.Receivers;

/// <summary>Mail by SMTP. The idempotency key is in the message's id, so that one that comes twice can be told.</summary>
internal sealed class EmailReceiver(EmailIntegration settings, TimeProvider time) : INotificationReceiver
{
    private const int ImplicitTlsPort = 465;

    public async Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        using var message = Message(notification);
        using var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, Security(), cancellationToken);
            if (settings.Username is { } username)
                await client.AuthenticateAsync(username, settings.Password!, cancellationToken);
            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException e)
        {
            var isTransient = (int)e.StatusCode is >= 400 and < 500;
            throw new NotificationException($"{settings.Host} answered {(int)e.StatusCode}: {e.Message}", isTransient, inner: e);
        }
        catch (Exception e) when (e is AuthenticationException or NotSupportedException)
        {
            throw new NotificationException($"{settings.Host}: {e.Message}", isTransient: false, inner: e);
        }

        await QuitAsync(client, cancellationToken);
    }

    private MimeMessage Message(Notification notification)
    {
        var from = MailboxAddress.Parse(settings.From);
        var message = new MimeMessage
        {
            Subject = string.Join(' ', settings.Subject.Render(notification).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)),
            Body = new TextPart("plain") { Text = settings.Text.Render(notification) },
            Date = time.GetUtcNow(),
            MessageId = $"{notification.Key}@{from.Domain}",
        };
        message.From.Add(from);
        message.To.AddRange(settings.To.Select(MailboxAddress.Parse));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    private SecureSocketOptions Security() =>
        settings.Port == ImplicitTlsPort ? SecureSocketOptions.SslOnConnect
        : settings.RequireTls ? SecureSocketOptions.StartTls
        : SecureSocketOptions.None;

    private static async Task QuitAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SmtpProtocolException or OperationCanceledException)
        {
            // The server has taken the message already.
        }
    }
}
