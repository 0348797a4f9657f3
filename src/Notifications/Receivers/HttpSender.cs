using System.Net;
using System.Net.Http.Headers;

namespace Notifications.Receivers;

/// <summary>Posts JSON, and tells whether a refusal is for ever.</summary>
internal sealed class HttpSender(HttpClient client)
{
    private const int MaxShown = 200;

    /// <exception cref="NotificationException">The answer is not a success.</exception>
    public async Task PostAsync(
        Uri url, byte[] body, string key, IEnumerable<(string Name, string? Value)> headers, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add("Idempotency-Key", key);
        foreach (var (name, value) in headers)
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
            return;
        var isTransient = (int)response.StatusCode >= 500
            || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
        throw new NotificationException(
            $"{url.Host} answered {(int)response.StatusCode}: {await TextAsync(response, cancellationToken)}",
            isTransient,
            response.Headers.RetryAfter?.Delta);
    }

    /// <summary>The beginning of the answer's text.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream);
        var text = new char[MaxShown];
        return new string(text, 0, await reader.ReadBlockAsync(text, cancellationToken));
    }
}
