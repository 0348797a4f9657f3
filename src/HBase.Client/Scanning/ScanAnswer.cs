using HBase.Client.Connection;
using HBase.Client.Protocol;
using HBase.Client.Protocol.Messages;

namespace HBase.Client.Scanning;

/// <summary>What one call of a scan brought, its rows not yet decoded. Dispose it when they are.</summary>
internal sealed class ScanAnswer(ScanResponse response, RpcResponse answer) : IDisposable
{
    /// <summary>Nothing more in this region.</summary>
    public bool RegionDone { get; } = response.HasMoreResultsInRegion && !response.MoreResultsInRegion;

    /// <summary>Nothing more at all.</summary>
    public bool ScanDone { get; } = response.HasMoreResults && !response.MoreResults;

    /// <summary>The rows that are whole now.</summary>
    public List<Row> ReadRows(PartialRows partial)
    {
        var received = ScanResults.Read(response, answer.CellBlock);
        var complete = new List<Row>(received.Count + 1);
        for (var i = 0; i < received.Count; i++)
        {
            var isPartial = i < response.PartialFlagPerResult.Count
                ? response.PartialFlagPerResult[i]
                : i < response.Results.Count && response.Results[i].Partial;
            partial.Add(received[i], isPartial, complete);
        }

        if (RegionDone || ScanDone || (received.Count == 0 && !response.HeartbeatMessage)) partial.Flush(complete);
        return complete;
    }

    public void Dispose() => answer.Dispose();
}
