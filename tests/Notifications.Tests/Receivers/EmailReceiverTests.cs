using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Notifications.Dispatch;
using Notifications.Receivers;

namespace Notifications.Tests.Receivers;

public sealed class EmailReceiverTests
{
    [Fact]
    public async Task A_mail_has_the_templates_texts_and_the_key_in_its_id()
    {
        await using var server = new SmtpServer();
        await SendAsync(server.Port, "auth_username: user, auth_password: password");
        var mail = await server.NextAsync();
        Assert.Contains("MAIL FROM:<granary@a.test>", mail.Lines[^4], StringComparison.Ordinal);
        Assert.Equal(["RCPT TO:<a@a.test>", "RCPT TO:<b@b.test>"], mail.Lines.Skip(mail.Lines.Count - 3).Take(2));
        using var message = await MimeMessage.LoadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mail.Text)));
        Assert.Equal("[FIRING:2] team=plant", message.Subject);
        Assert.Equal("k1@a.test", message.MessageId);
        Assert.Equal("Granary", message.From[0].Name);
        Assert.Equal(TestAlerts.Start, message.Date);
        Assert.Equal(
            "FIRING hot s1: s1 is hot (2030-01-01T00:00:00.000Z)\nRESOLVED hot s2: s2 is hot (2030-01-01T00:00:01.000Z)",
            message.TextBody!.ReplaceLineEndings("\n").Trim());
    }

    [Fact]
    public async Task A_value_with_line_ends_adds_no_header()
    {
        await using var server = new SmtpServer();
        var notification = TestAlerts.Notification();
        notification = notification with
        {
            Group = notification.Group with { Labels = LabelSet.Empty.Add("a", "x\r\nBcc: c@c.test\r\n\r\ny") },
        };
        await SendAsync(server.Port, "", notification);
        var mail = await server.NextAsync();
        using var message = await MimeMessage.LoadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mail.Text)));
        Assert.Equal("[FIRING:2] a=x Bcc: c@c.test y", message.Subject);
        Assert.Empty(message.Bcc);
    }

    [Theory]
    [InlineData("451 later", true)]
    [InlineData("550 never", false)]
    public async Task An_answer_says_whether_trying_again_may_help(string answer, bool isTransient)
    {
        await using var server = new SmtpServer(answer);
        var e = await Assert.ThrowsAsync<NotificationException>(() => SendAsync(server.Port, ""));
        Assert.Equal(isTransient, e.IsTransient);
        await SendAsync(server.Port, "");
        Assert.NotNull(await server.NextAsync());
    }

    [Theory]
    [InlineData("auth_username: user, auth_password: wrong")]
    [InlineData("require_tls: true")]
    public async Task A_wrong_password_and_a_server_without_TLS_are_refusals(string property)
    {
        await using var server = new SmtpServer();
        var e = await Assert.ThrowsAsync<NotificationException>(() => SendAsync(server.Port, property));
        Assert.False(e.IsTransient);
    }

    private static async Task SendAsync(int port, string property, Notification? notification = null)
    {
        var tls = property.Contains("require_tls", StringComparison.Ordinal) ? "" : "require_tls: false";
        var properties = string.Join(", ", new[] { tls, property }.Where(p => p.Length > 0));
        var configuration = TestAlerts.Parse($$"""
            route: { receiver: ops }
            receivers:
              - name: ops
                email_configs: [{ to: "a@a.test, b@b.test", from: Granary <granary@a.test>, smarthost: "127.0.0.1:{{port}}", {{properties}} }]
            """);
        using var http = new HttpClient();
        var sender = Receiver.Of(configuration, http, null, new FakeTimeProvider(TestAlerts.Start)).Single().Sender;
        await sender.SendAsync(notification ?? TestAlerts.Notification(), CancellationToken.None);
    }
}
