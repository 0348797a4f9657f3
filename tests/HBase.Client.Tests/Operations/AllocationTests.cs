using HBase.Client.Connection;
using HBase.Client.Operations;
using HBase.Client.Routing;
using HBase.Client.Tests.Fuzz;
using Xunit;

namespace HBase.Client.Tests.Operations;

/// <summary>What an operation costs the garbage collector between its caller and the socket, with nobody who measures.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 100;

    private static readonly TableRoute _table = new("t");
    private static readonly Region _region = new("t,,1.x."u8.ToArray(), default, default, 1, new ServerAddress("a", 1));
    private static readonly RetryPolicy _policy = new(new HBaseClientOptions(), TimeProvider.System);
    private static readonly MultiCall _call = new(1);

    [Fact]
    public void Encoding_a_batch_of_puts_allocates_nothing_for_each_put()
    {
        const int puts = 500;
        var put = new Put(new byte[16]).Add("f"u8.ToArray(), "q"u8.ToArray(), new byte[100]);
        var batch = new List<Operation>();
        for (var i = 0; i < puts; i++) batch.Add(new MutateOperation(_table, put, _policy.Start()) { Region = _region });
        var bytes = AllocatedBy(() => _call.Encode(batch).Dispose());
        Assert.InRange(bytes, 0, 100);
    }

    [Fact]
    public void A_put_and_a_get_cost_one_small_object_each()
    {
        var put = new Put(new byte[16]).Add("f"u8.ToArray(), "q"u8.ToArray(), new byte[100]);
        var get = new Get(new byte[16]);
        Assert.InRange(AllocatedBy(() => _ = new MutateOperation(_table, put, _policy.Start())), 1, 200);
        Assert.InRange(AllocatedBy(() => _ = new GetOperation(_table, get, _policy.Start())), 1, 200);
    }

    [Fact]
    public void A_get_is_encoded_and_its_row_decoded_in_little_more_than_the_row()
    {
        var frame = GoodFrames.All.First(f => f is { Kind: AnswerKind.Multi, Compression: HBaseCompression.None, Cells.Length: > 0 });
        var get = new Get(new byte[16]);
        var lane = new Lane(_region.Server, null!, _policy, 1, new BatchQueue(1, 1), _call, _ => Assert.Fail("Nothing fails."));
        var bytes = AllocatedBy(() =>
        {
            var batch = new List<Operation>(GoodFrames.Gets);
            for (var i = 0; i < GoodFrames.Gets; i++) batch.Add(new GetOperation(_table, get, _policy.Start()) { Region = _region });
            _call.Encode(batch).Dispose();
            using var response = Response(frame);
            var failures = new FailedOperations(_policy, lane, batch.Count);
            _call.Complete(batch, response, failures);
            if (failures.Again.Count > 0) Assert.Fail("Nothing fails.");
        });
        // An operation, a row of two cells with their bytes, and a share of the call.
        Assert.InRange(bytes / GoodFrames.Gets, 1, 700);
    }

    private static RpcResponse Response(GoodFrame frame)
    {
        var array = System.Buffers.ArrayPool<byte>.Shared.Rent(frame.Message.Length + frame.Cells.Length);
        frame.Message.CopyTo(array, 0);
        frame.Cells.CopyTo(array, frame.Message.Length);
        return new RpcResponse(array, 0, frame.Message.Length, frame.Message.Length, frame.Cells.Length);
    }

    /// <summary>Bytes of one run, once everything that is made once has been made.</summary>
    private static long AllocatedBy(Action run)
    {
        for (var i = 0; i < Rounds; i++) run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++) run();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }
}
