using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Notifications.Dispatch;
using Notifications.Receivers;

namespace Notifications.Tests.Receivers;

public sealed class HttpReceiverTests
{
    [Fact]
    public async Task A_webhook_gets_Alertmanagers_payload_signed()
    {
        await using var server = new HttpServer();
        await SendAsync($$"""webhook_configs: [{ url: "{{server.Url}}/hook", secret: s3cret }]""");
        var call = await server.NextAsync();
        Assert.Equal("/hook", call.Path);
        Assert.Equal("k1", call.Headers["Idempotency-Key"]);
        Assert.Equal("application/json; charset=utf-8", call.Headers["Content-Type"]);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, call.Body));
        Assert.Equal($"sha256={signature}", call.Headers["X-Signature-256"]);
        const string expected = """
            {
              "version": "4", "groupKey": "ops/webhook/0:{}:{team=\"plant\"}", "truncatedAlerts": 0, "status": "firing", "receiver": "ops",
              "groupLabels": { "team": "plant" }, "commonLabels": { "alertname": "hot", "kind": "sensor", "team": "plant" },
              "commonAnnotations": { "value": "91.5" }, "externalURL": "http://granary.test/alerts",
              "alerts": [
                { "status": "firing",
                  "labels": { "alertname": "hot", "entity": "s1", "kind": "sensor", "severity": "critical", "team": "plant" },
                  "annotations": { "message": "s1 is hot", "value": "91.5" }, "startsAt": "2030-01-01T00:00:00.000Z",
                  "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://granary.test/alerts", "fingerprint": "FINGERPRINT" },
                { "status": "resolved", "labels": { "alertname": "hot", "entity": "s2", "kind": "sensor", "team": "plant" },
                  "annotations": { "message": "s2 is hot", "value": "91.5" }, "startsAt": "2030-01-01T00:00:01.000Z",
                  "endsAt": "2030-01-01T00:01:00.000Z", "generatorURL": "http://granary.test/alerts", "fingerprint": "FINGERPRINT" }
              ]
            }
            """;
        var text = System.Text.RegularExpressions.Regex.Replace(call.Text, "(\"fingerprint\":)\"[0-9a-f]{16}\"", "$1\"FINGERPRINT\"");
        Assert.Equal(Compact(expected), Compact(text));
    }

    [Fact]
    public async Task A_webhook_with_max_alerts_says_how_many_it_leaves_out()
    {
        await using var server = new HttpServer();
        await SendAsync($$"""webhook_configs: [{ url: "{{server.Url}}", max_alerts: 1, http_config: { authorization: { credentials: t } } }]""");
        var call = await server.NextAsync();
        using var json = JsonDocument.Parse(call.Body);
        Assert.Equal(1, json.RootElement.GetProperty("truncatedAlerts").GetInt32());
        Assert.Equal(1, json.RootElement.GetProperty("alerts").GetArrayLength());
        Assert.Equal("Bearer t", call.Headers["Authorization"]);
        Assert.False(call.Headers.ContainsKey("X-Signature-256"));
    }

    [Fact]
    public async Task An_Alertmanager_gets_alerts_whose_end_is_after_the_next_repetition()
    {
        await using var server = new HttpServer();
        await SendAsync($$"""alertmanager_configs: [{ url: "{{server.Url}}/prefix/" }]""");
        var call = await server.NextAsync();
        Assert.Equal("/prefix/api/v2/alerts", call.Path);
        using var json = JsonDocument.Parse(call.Body);
        Assert.Equal(
            ["2030-01-01T00:10:00.000Z", "2030-01-01T00:01:00.000Z"],
            json.RootElement.EnumerateArray().Select(a => a.GetProperty("endsAt").GetString()));
        Assert.Equal("s1", json.RootElement[0].GetProperty("labels").GetProperty("entity").GetString());
        Assert.Equal("s1 is hot", json.RootElement[0].GetProperty("annotations").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Slack_gets_an_attachment_in_which_no_value_is_markup()
    {
        await using var server = new HttpServer();
        var notification = TestAlerts.Notification();
        notification = notification with
        {
            Alerts = [notification.Alerts[0] with { Annotations = TestAlerts.Labels("message=<!channel>&") }],
        };
        await SendAsync(
            $$$"""slack_configs: [{ api_url: "{{{server.Url}}}", channel: "#ops", text: '<b>{{ each firing }}{{ annotations.message }}{{ end }}' }]""",
            notification);
        const string expected = """
            { "channel": "#ops", "attachments": [{ "fallback": "[FIRING:1] team=plant", "title": "[FIRING:1] team=plant",
              "title_link": "http://granary.test/alerts", "text": "<b>&lt;!channel&gt;&amp;", "color": "danger" }] }
            """;
        Assert.Equal(Compact(expected), Compact((await server.NextAsync()).Text));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    [InlineData(HttpStatusCode.TooManyRequests, true)]
    [InlineData(HttpStatusCode.RequestTimeout, true)]
    [InlineData(HttpStatusCode.BadRequest, false)]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    [InlineData(HttpStatusCode.Found, false)]
    public async Task An_answer_says_whether_trying_again_may_help(HttpStatusCode status, bool isTransient)
    {
        await using var server = new HttpServer(status) { RetryAfter = 7 };
        var e = await Assert.ThrowsAsync<NotificationException>(
            () => SendAsync($$"""webhook_configs: [{ url: "{{server.Url}}" }]"""));
        Assert.Equal((isTransient, TimeSpan.FromSeconds(7)), (e.IsTransient, e.RetryAfter));
        Assert.Equal($"127.0.0.1 answered {(int)status}: no!", e.Message);
    }

    private static async Task SendAsync(string receiver, Notification? notification = null)
    {
        var configuration = TestAlerts.Parse($"route: {{ receiver: ops }}\nreceivers: [{{ name: ops, {receiver} }}]");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var sender = Receiver.Of(configuration, http, null, new FakeTimeProvider(TestAlerts.Start)).Single().Sender;
        await sender.SendAsync(notification ?? TestAlerts.Notification(), CancellationToken.None);
    }

    private static string Compact(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(NotificationJson.Write(document.WriteTo));
    }
}
