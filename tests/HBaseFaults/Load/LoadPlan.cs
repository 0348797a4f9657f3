using System.Text;
using HBase.Client;
using TestKit;

namespace HBaseFaults.Load;

/// <summary>Who writes what, and how the table is split for that.</summary>
internal static class LoadPlan
{
    public const int Workers = 64;
    public const int RowsOfWorker = 32;
    public const int Chains = 8;
    public const int WritersOfChain = 3;

    /// <summary>Ahead of every clock.</summary>
    public const long Ahead = 32_000_000_000_000;

    private const int Regions = 9;

    /// <summary>Operations that all writers have done when each has had its turn once.</summary>
    public const int OperationsOfTurn = Workers + (Chains * WritersOfChain * 2);

    /// <summary>Regions end inside workers' rows, and never between the rows of a chain.</summary>
    public static TableDescriptor Descriptor => new(Clients.Table, [new FamilyDescriptor("d"), CommitChain.Family])
    {
        SplitKeys =
        [
            Encoding.ASCII.GetBytes("chain4"),
            .. Enumerable.Range(1, Regions - 2).Select(i => (ReadOnlyMemory<byte>)Key(i * Workers / (Regions - 1), RowsOfWorker / 2)),
        ],
        GroupCommit = true,
    };

    public static byte[] Key(int worker, int row) => Encoding.ASCII.GetBytes($"{Prefix(worker)}{row:D2}");

    public static string Prefix(int worker) => $"w{worker:D2}/";

    public static CommitChain[] CreateChains() =>
        [.. Enumerable.Range(0, Chains).Select(i => new CommitChain($"chain{i}", i % 4 == 0 ? Ahead : 1))];
}
