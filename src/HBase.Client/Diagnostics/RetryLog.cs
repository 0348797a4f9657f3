using HBase.Client.Connection;
using HBase.Client.Routing;
using Microsoft.Extensions.Logging;

namespace HBase.Client.Diagnostics;

/// <summary>Lines of attempts that failed: at most twenty a second, then their number. A server that is down fails thousands.</summary>
internal sealed class RetryLog(ILogger logger, TimeProvider time)
{
    private const int ShownPerSecond = 20;

    private readonly Lock _gate = new(); // guards the three below
    private long _second;
    private int _shown;
    private int _hidden;

    public void Add(string operation, string table, Region region, ServerAddress server, int attempt, Failure failure)
    {
        if (IsShown()) logger.Retrying(operation, table, region, server, attempt, failure.Action, failure.Message);
    }

    public void Add(string phase, int attempt, Failure failure)
    {
        if (IsShown()) logger.Retrying(phase, attempt, failure.Action, failure.Message);
    }

    private bool IsShown()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        var hidden = 0;
        lock (_gate)
        {
            if (second != _second) (hidden, _second, _shown, _hidden) = (_hidden, second, 0, 0);
            if (++_shown > ShownPerSecond)
            {
                _hidden++;
                return false;
            }
        }

        if (hidden > 0) logger.RetriesHidden(hidden);
        return true;
    }
}
