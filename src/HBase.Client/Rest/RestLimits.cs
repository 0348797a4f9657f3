using HBase.Client.Filters;

namespace HBase.Client.Rest;

/// <summary>What gateways cannot do is refused before anything is sent, with what to use instead.</summary>
internal static class RestLimits
{
    public static void Check(Get get)
    {
        if (get.Filter is not null) throw NoFilter();
    }

    public static void Check(Scan scan)
    {
        if (scan.Filter is not null) throw NoFilter();
        if (scan.Reversed)
            throw new NotSupportedException("REST gateways cannot scan in reverse: scan forward, or use HBaseClient.");
    }

    public static void Check(Condition condition)
    {
        if (condition is not { Filter: null, Operator: CompareOperator.Equal, MinTimestamp: 0, MaxTimestamp: long.MaxValue })
        {
            throw new NotSupportedException(
                "REST gateways compare the newest value for equality only: read and compare the value read, or use HBaseClient.");
        }
    }

    public static void Check(Mutation mutation)
    {
        if (mutation is RowMutations)
        {
            throw new NotSupportedException(
                "REST gateways do not apply several mutations of a row together: put all its cells by one Put, or use HBaseClient.");
        }
    }

    public static NotSupportedException NoUpdates() => new(
        "REST gateways cannot tell whether an increment or an append came through before: read, and put if the value is still "
        + "the one read (CheckAndMutateAsync), or use HBaseClient.");

    public static NotSupportedException NoBatches() => new(
        "REST gateways take no batches of mixed operations: give gets to GetAsync and puts and deletes to MutateAsync.");

    private static NotSupportedException NoFilter() => new(
        "Filters are not passed to REST gateways: ask for columns, times and bounds and filter what comes, or use HBaseClient.");
}
