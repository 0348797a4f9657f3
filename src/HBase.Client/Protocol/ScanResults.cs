using HBase.Client.Protocol.Messages;

namespace HBase.Client.Protocol;

/// <summary>Reads the rows of a scan's answer, from the cell block or from the message.</summary>
internal static class ScanResults
{
    public static List<Row> Read(ScanResponse response, ReadOnlySpan<byte> cellBlock)
    {
        var rows = new List<Row>(response.CellsPerResult.Count + response.Results.Count);
        var block = new CellBlockReader(cellBlock);
        foreach (var count in response.CellsPerResult)
        {
            if (block.Take((int)Math.Min(count, int.MaxValue)) is { } row) rows.Add(row);
        }

        foreach (var result in response.Results)
        {
            if (ResultDecoder.Convert(result) is { } row) rows.Add(row);
        }

        return rows;
    }
}
