using System.Text;
using Checkpointing;
using Grains.Entities;

namespace Silo.Console;

/// <summary>Outputs on their way, with each alert change shown on the console: at most five a second, then their number.</summary>
internal sealed partial class AlertPrinter(IOutputs inner, KindBindings kinds, TimeProvider time, ILogger<AlertPrinter> logger)
    : IOutputs, IDisposable
{
    private const int ShownPerSecond = 5;
    private readonly HashSet<string> _alertTopics = kinds.All.Select(kind => kind.AlertsTopic).ToHashSet();
    private readonly Lock _gate = new(); // guards the three below
    private long _second;
    private int _shown;
    private int _hidden;

    public void Send(IOutputSending sending)
    {
        if (_alertTopics.Contains(sending.Output.Topic)) Show(sending.Output);
        inner.Send(sending);
    }

    /// <summary>The outputs behind it are made for it alone.</summary>
    public void Dispose() => (inner as IDisposable)?.Dispose();

    private void Show(Output output)
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        int hidden;
        lock (_gate)
        {
            hidden = 0;
            if (second != _second) (hidden, _second, _shown, _hidden) = (_hidden, second, 0, 0);
            if (_shown++ >= ShownPerSecond)
            {
                _hidden++;
                return;
            }
        }

        if (hidden > 0) LogHidden(logger, hidden);
        LogAlert(logger, Encoding.UTF8.GetString(output.Key.Span), Encoding.UTF8.GetString(output.Value.Span));
    }

    [LoggerMessage(LogLevel.Information, "ALERT {Entity} {Change}")]
    private static partial void LogAlert(ILogger logger, string entity, string change);

    [LoggerMessage(LogLevel.Information, "ALERT .. and {Count} more in the last second")]
    private static partial void LogHidden(ILogger logger, int count);
}
