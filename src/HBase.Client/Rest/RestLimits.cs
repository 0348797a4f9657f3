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

    private static NotSupportedException NoFilter() => new(
        "Filters are not passed to REST gateways: ask for columns, times and bounds and filter what comes, or use HBaseClient.");
}
