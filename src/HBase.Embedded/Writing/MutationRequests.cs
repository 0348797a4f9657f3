using HBase.Client;
using HBase.Embedded.Storage;

namespace HBase.Embedded.Writing;

/// <summary>Mutations that do not depend on each other; answers an error or null for each.</summary>
internal sealed class BatchRequest(string table, IReadOnlyList<Mutation> mutations)
    : WriteRequest<IReadOnlyList<HBaseException?>>
{
    public override long Bytes { get; } = mutations.Sum(RequestCheck.Size);

    public override void Apply(WriteGroup group)
    {
        var errors = new HBaseException?[mutations.Count];
        Result = errors;
        var info = group.Table(table);
        var now = group.Now();
        for (var i = 0; i < errors.Length; i++)
        {
            errors[i] = info is null ? TableInfo.NotFound(table) : RequestCheck.Refuse(info, mutations[i]);
            if (errors[i] is null) group.Add(info!, mutations[i], now, now);
        }
    }
}

/// <summary>A conditional mutation with further puts, all or nothing; answers whether the condition held.</summary>
internal sealed class CommitRequest(string table, ConditionalCommit commit) : WriteRequest<bool>
{
    public override long Bytes { get; } = RequestCheck.Size(commit.Mutation) + commit.Further.Sum(RequestCheck.Size);

    public override void Apply(WriteGroup group)
    {
        var info = group.Table(table);
        Refusal = info is null ? TableInfo.NotFound(table) : Refuse(info);
        if (Refusal is not null) return;

        var checkedStamp = 0L;
        try
        {
            Result = ConditionCheck.Holds(group, info!, commit.Condition, out checkedStamp);
        }
        catch (HBaseRefusedException e)
        {
            Refusal = e; // of its filter, which is nothing to the rest of the group
        }

        if (!Result) return;

        // As HBase's check-and-put: a put never hides behind the value that it was checked against, although the clock
        // may stand behind that value's stamp. A delete is stamped with the clock alone.
        var now = group.Now();
        group.Add(info!, commit.Mutation, Math.Max(now, checkedStamp), now);
        foreach (var put in commit.Further) group.Add(info!, put, now, now);
    }

    private HBaseException? Refuse(TableInfo info)
    {
        var family = commit.Condition.Family.Span;
        if (commit.Condition.Filter is null && info.Family(family) is null) return info.NoFamily(family);
        if (RequestCheck.Refuse(info, commit.Mutation) is { } refusal) return refusal;
        foreach (var put in commit.Further)
            if (RequestCheck.Refuse(info, put) is { } refused) return refused;

        return null;
    }
}
