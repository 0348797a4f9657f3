using HBase.Client.Connection;
using HBase.Client.Operations;
using HBase.Client.Protocol;
using HBase.Client.Routing;
using Xunit;
using Messages = HBase.Client.Protocol.Messages;

namespace HBase.Client.Tests.Operations;

public sealed class QueueTests
{
    private static readonly byte[] _family = "s"u8.ToArray();
    private static readonly TableRoute _table = new("t");
    private static readonly Region _left = new("left"u8.ToArray(), default, "m"u8.ToArray(), 1, new ServerAddress("a", 1));
    private static readonly Region _right = new("right"u8.ToArray(), "m"u8.ToArray(), default, 1, new ServerAddress("a", 1));

    private static readonly Deadline _deadline = new(TimeProvider.System.GetTimestamp(), TimeSpan.FromHours(1), TimeProvider.System);

    [Fact]
    public void A_group_is_of_one_region_and_regions_take_turns()
    {
        var queue = new CommitQueue(2, 1 << 20);
        foreach (var row in (string[])["a", "b", "c", "x", "y"]) queue.Add(Commit(row));
        Assert.Equal(["a", "b"], Rows(queue.Take(int.MaxValue)));
        Assert.Equal(["x", "y"], Rows(queue.Take(int.MaxValue)));
        Assert.Equal(["c"], Rows(queue.Take(int.MaxValue)));
        Assert.Empty(queue.Take(int.MaxValue));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_row_is_once_in_a_group_and_the_second_commit_keeps_its_turn()
    {
        var queue = new CommitQueue(100, 1 << 20);
        queue.Add(Commit("a"));
        queue.Add(Commit("a"));
        queue.Add(Commit("b", "c"));
        queue.Add(Commit("c"));
        queue.Add(Commit("d", "a"));
        Assert.Equal(["a", "b"], Rows(queue.Take(int.MaxValue)));
        Assert.Equal(["a", "c"], Rows(queue.Take(int.MaxValue)));
        Assert.Equal(["d"], Rows(queue.Take(int.MaxValue)));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void What_must_be_alone_is_alone_and_what_is_done_is_left_out()
    {
        var queue = new CommitQueue(100, 1 << 20);
        var (first, alone, last, done) = (Commit("a"), Commit("b"), Commit("c"), Commit("d"));
        alone.Alone = true;
        done.Fail(new OperationCanceledException());
        foreach (var operation in (Operation[])[first, alone, last, done]) queue.Add(operation);
        Assert.Equal(["a"], Rows(queue.Take(int.MaxValue)));
        Assert.Equal(["b"], Rows(queue.Take(int.MaxValue)));
        Assert.Equal(["c"], Rows(queue.Take(int.MaxValue)));
        Assert.Empty(queue.Take(int.MaxValue));
    }

    [Fact]
    public void Batches_are_cut_by_number_and_bytes()
    {
        var queue = new BatchQueue(3, 400);
        for (var i = 0; i < 5; i++) queue.Add(new GetOperation(_table, new Get(new byte[1]), _deadline) { Region = _left });
        queue.Add(new GetOperation(_table, new Get(new byte[1000]), _deadline) { Region = _left });
        Assert.Equal(2, queue.Take(2).Count);
        Assert.Equal(3, queue.Take(int.MaxValue).Count);
        Assert.Single(queue.Take(int.MaxValue));
        Assert.Empty(queue.Take(int.MaxValue));
    }

    [Fact]
    public void What_is_added_to_a_lane_is_cut_in_even_shares_once_it_is_started()
    {
        var queue = new Recorded();
        var policy = new RetryPolicy(new HBaseClientOptions(), TimeProvider.System);
        var lane = new Lane(_left.Server, null!, policy, 4, queue, new MultiCall(1), _ => { });
        for (var i = 0; i < 10; i++) lane.Add(new GetOperation(_table, new Get(new byte[1]), _deadline) { Region = _left });
        Assert.Empty(queue.Taken);
        lane.Start();
        Assert.Equal(3, queue.Taken[0]);
    }

    [Fact]
    public void A_callers_batch_is_not_cut_into_small_parts()
    {
        var queue = new BatchQueue(200, 1 << 20);
        foreach (var size in (int[])[40, 100, 100, 300])
        {
            var batch = new OperationBatch(size);
            for (var i = 0; i < size; i++)
                queue.Add(new GetOperation(_table, new Get(new byte[1]), _deadline) { Region = _left, Batch = batch });
        }

        queue.Add(new GetOperation(_table, new Get(new byte[1]), _deadline) { Region = _left });
        queue.Add(new GetOperation(_table, new Get(new byte[1]), _deadline) { Region = _left });
        Assert.Equal([140, 100, 128, 150, 22, 1, 1], ((int[])[50, 25, 25, 150, 1, 1, 1]).Select(most => queue.Take(most).Count));
    }

    [Fact]
    public async Task The_caller_of_a_batch_goes_on_when_all_of_it_is_done_and_nobody_holds_it()
    {
        var batch = new OperationBatch(3);
        var gets = Enumerable.Range(0, 3).Select(_ => new GetOperation(_table, new Get(new byte[1]), _deadline) { Batch = batch }).ToArray();
        gets[2].Succeed(null);
        gets[0].Fail(new OperationCanceledException());
        gets[0].Fail(new OperationCanceledException());
        Assert.True(batch.TryHold());
        gets[1].Succeed(null);
        var done = batch.Done;
        Assert.False(done.IsCompleted);
        var goesOnAt = 0;
        var caller = Wait();
        batch.Release(runsCallerHere: true);
        Assert.Equal(Environment.CurrentManagedThreadId, goesOnAt);
        await caller;
        Assert.False(batch.TryHold());

        async Task Wait()
        {
            await done.ConfigureAwait(false);
            goesOnAt = Environment.CurrentManagedThreadId;
        }
    }

    [Fact]
    public async Task The_gate_lets_callers_in_by_turns()
    {
        var gate = new QueueGate(100);
        await gate.EnterAsync(500, CancellationToken.None);
        var second = gate.EnterAsync(60, CancellationToken.None).AsTask();
        using var cancelled = new CancellationTokenSource();
        var third = gate.EnterAsync(60, cancelled.Token).AsTask();
        var fourth = gate.EnterAsync(40, CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);
        gate.Leave(500);
        await second;
        Assert.False(fourth.IsCompleted);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        await fourth;
        Assert.Equal(100, gate.UsedBytes);
    }

    [Fact]
    public void A_multi_is_what_the_generated_messages_read()
    {
        var check = new CheckOperation(_table, Condition("c"), Put("c"), _deadline) { Region = _left };
        List<Operation> batch =
        [
            new MutateOperation(_table, Put("x"), _deadline) { Region = _right }, check,
            new MutateOperation(_table, new Delete("a"u8.ToArray()), _deadline) { Region = _left },
            new MutateOperation(_table, Put("b"), _deadline) { Region = _left },
        ];
        using var frame = new MultiCall(77).Encode(batch);
        var reader = new ProtoReader(frame.Frame.Span);
        var request = Messages.MultiRequest.Parser.ParseFrom(reader.ReadBytes());
        Assert.Equal(["left", "right", "left"], request.RegionAction.Select(a => a.Region.Value.ToStringUtf8()));
        Assert.Equal([2, 1, 1], request.RegionAction.Select(a => a.Action.Count));
        Assert.NotNull(request.RegionAction[2].Condition);
        Assert.Equal([1u, 2, 3, 4], request.RegionAction.SelectMany(a => a.Action).Select(a => a.Index));
        var cells = new CellBlockReader(frame.Frame.Span[reader.Position..]);
        Assert.Equal("b"u8, cells.Take(1)!.Key.Span);
        Assert.Equal("x"u8, cells.Take(1)!.Key.Span);
        Assert.Equal("c"u8, cells.Take(1)!.Key.Span);
        Assert.True(cells.AtEnd);
    }

    [Fact]
    public void An_update_has_the_same_nonce_with_each_attempt_and_its_client_a_group()
    {
        var increment = new Increment("a"u8.ToArray()).Add(_family, "q"u8.ToArray(), 5);
        var append = new Append("b"u8.ToArray()).Add(_family, "q"u8.ToArray(), "v"u8.ToArray());
        List<Operation> batch =
        [
            new UpdateOperation(_table, increment, _deadline) { Region = _left },
            new UpdateOperation(_table, append, _deadline) { Region = _left },
        ];
        var (first, second) = (Read(), Read());
        Assert.Equal(first, second);
        Assert.Equal(77u, first.NonceGroup);
        var mutations = first.RegionAction.Single().Action.Select(a => a.Mutation).ToList();
        Assert.Equal(
            [Messages.MutationProto.Types.MutationType.Increment, Messages.MutationProto.Types.MutationType.Append],
            mutations.Select(m => m.MutateType));
        Assert.NotEqual(mutations[0].Nonce, mutations[1].Nonce);
        Assert.All(mutations, m => Assert.NotEqual(0u, m.Nonce));

        Messages.MultiRequest Read()
        {
            using var frame = new MultiCall(77).Encode(batch);
            return Messages.MultiRequest.Parser.ParseFrom(new ProtoReader(frame.Frame.Span).ReadBytes());
        }
    }

    [Fact]
    public void A_group_commit_is_what_the_generated_messages_read()
    {
        List<Operation> batch = [Commit("a", "b"), Commit("c")];
        using var frame = new MutateRowsCall().Encode(batch);
        var reader = new ProtoReader(frame.Frame.Span);
        var call = Messages.CoprocessorServiceRequest.Parser.ParseFrom(reader.ReadBytes());
        Assert.Equal(("MultiRowMutationService", "MutateRows"), (call.Call.ServiceName, call.Call.MethodName));
        var request = Messages.MutateRowsRequest.Parser.ParseFrom(call.Call.Request);
        Assert.Equal(["a", "b", "c"], request.MutationRequest.Select(m => m.Row.ToStringUtf8()));
        Assert.Equal(["a", "c"], request.Condition.Select(m => m.Row.ToStringUtf8()));
        Assert.Equal(9u, request.MutationRequest[0].ColumnValue[0].QualifierValue[0].Timestamp);
    }

    /// <summary>Gives away nothing.</summary>
    private sealed class Recorded : IBatchQueue
    {
        public List<int> Taken { get; } = [];

        public int Count { get; private set; }

        public void Add(Operation operation) => Count++;

        public void AddGroup(List<Operation> group) => Count += group.Count;

        public List<Operation> Take(int most)
        {
            Taken.Add(most);
            return [];
        }
    }

    private static CommitOperation Commit(string row, params string[] further)
    {
        var commit = new ConditionalCommit(Condition(row), Put(row), [.. further.Select(Put)]);
        return new CommitOperation(_table, commit, _deadline) { Region = string.CompareOrdinal(row, "m") < 0 ? _left : _right };
    }

    private static Put Put(string row) => new Put(Key(row)).Add(_family, "q"u8.ToArray(), "v"u8.ToArray(), 9);

    private static Condition Condition(string row) => new(Key(row), _family, "e"u8.ToArray(), default);

    private static byte[] Key(string row) => System.Text.Encoding.UTF8.GetBytes(row);

    private static string[] Rows(List<Operation> group) =>
        [.. group.Select(o => System.Text.Encoding.UTF8.GetString(o.Row.Span))];
}
