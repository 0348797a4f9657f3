using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Notifications.Tests.Receivers;

/// <param name="Lines">What the client has said before the message.</param>
internal sealed record Mail(IReadOnlyList<string> Lines, string Text);

/// <summary>As much of an SMTP server as a client needs. It answers MAIL FROM with what it is given, then with 250.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<Mail> _mails = Channel.CreateUnbounded<Mail>();
    private readonly ConcurrentQueue<string> _answers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public SmtpServer(params string[] answers)
    {
        _answers = new(answers);
        _listener.Start();
        _loop = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task<Mail> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await _mails.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            using (client)
                await TalkAsync(client.GetStream());
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        var lines = new List<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            if (verb == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                await _mails.Writer.WriteAsync(new([.. lines], await MessageAsync(reader)));
            }

            await writer.WriteLineAsync(verb switch
            {
                "EHLO" => "250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME",
                "AUTH" => line.EndsWith(Convert.ToBase64String("\0user\0password"u8), StringComparison.Ordinal) ? "235 yes" : "535 no",
                "MAIL" => _answers.TryDequeue(out var answer) ? answer : "250 ok",
                "QUIT" => "221 bye",
                _ => "250 ok",
            });
        }
    }

    private static async Task<string> MessageAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
            text.Append(line).Append('\n');
        return text.ToString();
    }
}
