using HBase.Client.Connection;
using HBase.Client.Protocol;
using HBase.Client.Routing;

namespace HBase.Client.Operations;

internal sealed class GetOperation(TableRoute table, Get get, Deadline deadline) : Operation<Row?>(table, get.Row, deadline)
{
    public Get Get { get; } = get;

    public override string Name => "get";

    public override LaneKind Lane => LaneKind.Reads;

    public override bool IsIdempotent => true;

    public override int Bytes { get; } = Overhead + get.Row.Length;
}

internal sealed class ExistsOperation(TableRoute table, Get get, Deadline deadline) : Operation<bool>(table, get.Row, deadline)
{
    public Get Get { get; } = get;

    public override string Name => "exists";

    public override LaneKind Lane => LaneKind.Reads;

    public override bool IsIdempotent => true;

    public override int Bytes { get; } = Overhead + get.Row.Length;
}

internal sealed class MutateOperation(TableRoute table, Mutation mutation, Deadline deadline)
    : Operation<bool>(table, mutation.Row, deadline)
{
    public Mutation Mutation { get; } = mutation;

    public override string Name => "mutate";

    public override LaneKind Lane => LaneKind.Writes;

    public override bool IsIdempotent => true;

    public override bool HasOwnRegionAction => Mutation is RowMutations;

    public override int Bytes { get; } = Overhead + MutationSize.Of(mutation);
}

/// <summary>An increment or an append: its nonce makes it idempotent, as long as the same server has the row.</summary>
internal sealed class UpdateOperation(TableRoute table, RowUpdate update, Deadline deadline)
    : Operation<Row>(table, update.Row, deadline)
{
    public RowUpdate Update { get; } = update;

    public ulong Nonce { get; } = (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>The only server that may be asked again, for it knows whether an earlier attempt was applied.</summary>
    public ServerAddress? KnownTo { get; set; }

    public override string Name => Update is Increment ? "increment" : "append";

    public override LaneKind Lane => LaneKind.Writes;

    public override bool IsIdempotent => true;

    public override int Bytes { get; } = Overhead + MutationSize.Of(update.Row.Length, update.CellSpan);
}

/// <summary>A check-and-mutate.</summary>
internal class CheckOperation(TableRoute table, Condition condition, Mutation mutation, Deadline deadline)
    : Operation<bool>(table, mutation.Row, deadline)
{
    public Condition Condition { get; } = condition;

    public Mutation Mutation { get; } = mutation;

    public override string Name => "check-and-mutate";

    public override LaneKind Lane => LaneKind.Writes;

    public override bool IsIdempotent => false;

    public override bool HasOwnRegionAction => true;

    public override int Bytes { get; } = Overhead + condition.Value.Length + MutationSize.Of(mutation);
}

/// <summary>A check-and-mutate with further rows, for a group commit.</summary>
internal sealed class CommitOperation(TableRoute table, ConditionalCommit commit, Deadline deadline)
    : CheckOperation(table, commit.Condition, commit.Mutation, deadline)
{
    public IReadOnlyList<Put> Further { get; } = commit.Further;

    /// <summary>
    /// The server is to stamp the conditional row: that must not go in a group. A check-and-mutate stamps not before the row's
    /// newest cell, a group with the clock alone, so that a row which was stamped ahead of the clock would hide it.
    /// </summary>
    public bool IsStampedByServer { get; } = MutationSize.IsStampedByServer(commit.Mutation);

    /// <summary>Goes as a plain check-and-mutate.</summary>
    public bool AsCheck { get; set; }

    public override string Name => "commit";

    public override LaneKind Lane => AsCheck ? LaneKind.Writes : LaneKind.Commits;

    public override int Actions => 1 + Further.Count;

    public override int Bytes { get; } =
        Overhead + commit.Condition.Value.Length + MutationSize.Of(commit.Mutation) + MutationSize.Of(commit.Further);
}

internal static class MutationSize
{
    public static int Of(Mutation mutation)
    {
        var size = mutation.Row.Length;
        if (mutation is RowMutations several)
        {
            for (var i = 0; i < several.Mutations.Count; i++) size += 32 + Of(several.Mutations[i]);
            return size;
        }

        if (mutation is not Put put) return size + (((Delete)mutation).Columns.Count * (size + CellCodec.Overhead));
        return size + Of(size, put.CellSpan);
    }

    public static int Of(int row, ReadOnlySpan<Cell> cells)
    {
        var size = 0;
        foreach (ref readonly var cell in cells) size += CellCodec.Size(row, cell);
        return size;
    }

    public static int Of(IReadOnlyList<Put> puts)
    {
        var size = 0;
        for (var i = 0; i < puts.Count; i++) size += 32 + Of(puts[i]);
        return size;
    }

    public static bool IsStampedByServer(Mutation mutation)
    {
        if (mutation is RowMutations several)
        {
            for (var i = 0; i < several.Mutations.Count; i++)
            {
                if (IsStampedByServer(several.Mutations[i])) return true;
            }

            return false;
        }

        // A delete has the clock's time either way.
        if (mutation is not Put put) return false;
        foreach (ref readonly var cell in put.CellSpan)
        {
            if (cell.Timestamp == Mutation.LatestTimestamp) return true;
        }

        return false;
    }
}
