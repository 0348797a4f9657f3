using HBase.Client.Connection;
using HBase.Client.Diagnostics;
using HBase.Client.Routing;

namespace HBase.Client.Operations;

/// <summary>
/// The operations of one call that did not succeed: decides for each whether to fail it or to try again, and with what pause.
/// Idempotence is an input: what may have been applied and is not idempotent is never sent again.
/// </summary>
internal sealed class FailedOperations(RetryPolicy policy, Lane lane, int callSize)
{
    private const int AloneAtMost = 8;
    private const int PartsOfGroup = 4;

    private Region? _logged;

    /// <summary>What goes back to the dispatcher.</summary>
    public List<Operation> Again { get; } = [];

    /// <summary>When.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>Parts of an undecided group, each to go as a group of its own.</summary>
    public List<List<Operation>> Parts { get; } = [];

    /// <summary>
    /// Nothing of the group was written because some condition does not hold, and it is not said which. A large group is
    /// cut in parts, so that one stale commit among a thousand costs twenty calls; of a small one each finds out alone.
    /// </summary>
    public void AddUndecided(List<Operation> group)
    {
        if (group.Count > AloneAtMost)
        {
            var size = (group.Count + PartsOfGroup - 1) / PartsOfGroup;
            for (var at = 0; at < group.Count; at += size)
                Parts.Add(group.GetRange(at, Math.Min(size, group.Count - at)));
            return;
        }

        foreach (var operation in group)
        {
            var commit = (CommitOperation)operation;
            if (commit.Further.Count == 0) commit.AsCheck = true;
            else commit.Alone = true;
            Again.Add(commit);
        }
    }

    public void Add(List<Operation> operations, Failure failure)
    {
        foreach (var operation in operations) Add(operation, failure);
    }

    public void Add(Operation operation, Failure failure)
    {
        if (operation.IsDone) return;
        if (failure.IsSecurity && !operation.MaybeExecuted)
        {
            operation.Fail(new HBaseSecurityException(failure.Message)
            { Table = operation.Table.Name, Server = Server, ServerException = failure.ServerException });
            return;
        }

        var unknown = failure.MaybeExecuted && operation.Lane != LaneKind.Reads;
        operation.MaybeExecuted |= unknown;
        if (unknown && operation is UpdateOperation update) update.KnownTo ??= update.Region!.Server;
        if (unknown && (!operation.IsIdempotent || failure.IsFinal))
        {
            operation.Fail(OutcomeUnknown(operation, failure));
            return;
        }

        if (failure.IsFinal)
        {
            Refuse(operation, failure);
            return;
        }

        if (operation.Deadline.HasPassed)
        {
            operation.Fail(operation.MaybeExecuted ? OutcomeUnknown(operation, failure) : Unavailable(operation, failure));
            return;
        }

        Prepare(operation, failure);
        Again.Add(operation);
    }

    private void Prepare(Operation operation, Failure failure)
    {
        ClientMetrics.Retried(failure);
        Log(operation, failure);
        if (failure.Action == FailureAction.NoEndpoint)
        {
            operation.Table.HasNoEndpoint = true;
            return;
        }

        if (failure.Action is FailureAction.Relocate or FailureAction.ReopenScanner)
        {
            operation.Table.Relocate(operation.Region!, failure.MovedTo, policy.Logger);
        }

        var pause = policy.Pause(operation.Attempts++, failure);
        if (pause > Pause) Pause = pause;
    }

    // One line for each region: a batch's operations are in their order.
    private void Log(Operation operation, Failure failure)
    {
        if (ReferenceEquals(operation.Region, _logged)) return;
        _logged = operation.Region!;
        policy.Retries.Add(operation.Name, operation.Table.Name, _logged, lane.Address, operation.Attempts + 1, failure);
    }

    // One action can be the reason why the server refuses all that came with it, for example a cell that is too large.
    private void Refuse(Operation operation, Failure failure)
    {
        if (callSize > 1 && operation.Lane != LaneKind.Reads && !operation.Alone)
        {
            operation.Alone = true;
            Again.Add(operation);
            return;
        }

        if (operation.MaybeExecuted)
        {
            operation.Fail(OutcomeUnknown(operation, failure));
            return;
        }

        var text = $"{Name(operation)} was refused by {lane.Address}: {failure.Message}";
        var (table, exception) = (operation.Table.Name, failure.ServerException);
        operation.Fail(exception?.EndsWith(".TableNotFoundException", StringComparison.Ordinal) == true
            ? new HBaseTableNotFoundException(text) { Table = table, Server = Server, ServerException = exception }
            : new HBaseRefusedException(text) { Table = table, Server = Server, ServerException = exception });
    }

    private string Server => lane.Address.ToString();

    private static string Name(Operation operation) => $"The {operation.Name} on {operation.Table.Name}";

    private string State(Operation operation, Failure failure) =>
        $"after {operation.Deadline.Elapsed.TotalMilliseconds:F0} ms and {operation.Attempts + 1} attempts, in the last "
        + $"with {callSize} in one call to {lane.Address} ({lane.Waiting} waiting, {lane.InFlight} calls in flight): "
        + failure.Message;

    private HBaseOutcomeUnknownException OutcomeUnknown(Operation operation, Failure failure) =>
        new($"{Name(operation)} may or may not have taken effect {State(operation, failure)}")
        {
            Table = operation.Table.Name,
            Server = Server,
            ServerException = failure.ServerException,
        };

    private HBaseUnavailableException Unavailable(Operation operation, Failure failure) =>
        new($"{Name(operation)} did not succeed {State(operation, failure)}")
        {
            Table = operation.Table.Name,
            Server = Server,
            ServerException = failure.ServerException,
        };
}
