using HBase.Client.Connection;
using HBase.Client.Protocol;

namespace HBase.Client.Operations;

/// <summary>
/// A Multi of gets, or of mutations and check-and-mutates. Plain actions of a region share one RegionAction; each
/// check-and-mutate has its own, and so have several mutations of a row. Results of a RegionAction come in any order and are
/// matched by index.
/// </summary>
/// <param name="nonceGroup">The client, to the servers: nonces are its own.</param>
internal sealed class MultiCall(ulong nonceGroup) : IBatchCall
{
    private static readonly Comparison<Operation> _plainByRegionThenOthers = (x, y) =>
        x.HasOwnRegionAction != y.HasOwnRegionAction
            ? x.HasOwnRegionAction ? 1 : -1
            : x.Region!.Ordinal.CompareTo(y.Region!.Ordinal);

    public string Method => "Multi";

    public FrameBuffer Encode(List<Operation> batch)
    {
        batch.Sort(_plainByRegionThenOthers);
        var bytes = 0;
        foreach (var operation in batch) bytes += operation.Bytes;
        var frame = new FrameBuffer(bytes + (bytes / 2) + 256);
        var parameter = frame.BeginRaw(bytes < 100 ? 1 : 3);
        for (var start = 0; start < batch.Count;)
        {
            var end = RunEnd(batch, start);
            WriteRegionAction(frame, batch, start, end);
            start = end;
        }

        if (HasUpdate(batch)) frame.WriteField(2, nonceGroup);
        frame.End(parameter);
        frame.BeginCells();
        foreach (var operation in batch)
        {
            if (operation is MutateOperation mutate) MutationEncoder.Cells(frame, mutate.Mutation);
            else if (operation is CheckOperation check) MutationEncoder.Cells(frame, check.Mutation);
            else if (operation is UpdateOperation update) MutationEncoder.Cells(frame, update.Row.Span, update.Update.CellSpan);
        }

        return frame;
    }

    public void Complete(List<Operation> batch, RpcResponse response, FailedOperations failures)
    {
        var reader = new ProtoReader(response.Message);
        var cells = new CellBlockReader(response.CellBlock);
        var answered = new bool[batch.Count];
        var start = 0;
        while (reader.Next(out var field))
        {
            if (field != 1)
            {
                reader.Skip();
                continue;
            }

            if (start == batch.Count) throw new HBaseProtocolException("A Multi has more results than regions.");
            var end = RunEnd(batch, start);
            ReadRegionResult(reader.ReadBytes(), new Run(batch, start, end, answered, failures), ref cells);
            start = end;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (!answered[i]) failures.Add(batch[i], NoResult());
        }
    }

    private static Failure NoResult() =>
        new(FailureAction.RetrySame, MaybeExecuted: true, "the server's answer has no result for it");

    private static bool HasUpdate(List<Operation> batch)
    {
        foreach (var operation in batch)
        {
            if (operation is UpdateOperation) return true;
        }

        return false;
    }

    private static int RunEnd(List<Operation> batch, int start)
    {
        var end = start + 1;
        if (batch[start].HasOwnRegionAction) return end;
        var region = batch[start].Region;
        while (end < batch.Count && ReferenceEquals(batch[end].Region, region) && !batch[end].HasOwnRegionAction) end++;
        return end;
    }

    private static void WriteRegionAction(FrameBuffer frame, List<Operation> batch, int start, int end)
    {
        var action = frame.Begin(1, end - start > 1 ? 3 : 2);
        MutationEncoder.Region(frame, 1, batch[start].Region!.Name.Span);
        for (var i = start; i < end; i++)
        {
            // From 1: some servers and clients take 0 for "not set".
            var index = (ulong)i + 1;
            if (batch[i] is MutateOperation mutate) WriteMutation(frame, index, mutate.Mutation);
            else if (batch[i] is CheckOperation conditional) WriteMutation(frame, index, conditional.Mutation);
            else WriteOther(frame, index, batch[i]);
        }

        if (batch[start] is CheckOperation check) MutationEncoder.Condition(frame, 4, check.Condition);
        frame.End(action);
    }

    private static void WriteMutation(FrameBuffer frame, ulong index, Mutation mutation)
    {
        if (mutation is RowMutations several)
        {
            // Of the RegionAction: all of it or nothing.
            frame.WriteField(2, 1UL);
            for (var i = 0; i < several.Mutations.Count; i++) WriteMutation(frame, index, several.Mutations[i]);
            return;
        }

        var mark = frame.Begin(3);
        frame.WriteField(1, index);
        MutationEncoder.WithCellBlock(frame, 2, mutation);
        frame.End(mark);
    }

    private static void WriteOther(FrameBuffer frame, ulong index, Operation operation)
    {
        var mark = frame.Begin(3);
        frame.WriteField(1, index);
        if (operation is GetOperation get) MutationEncoder.Get(frame, 3, get.Get);
        else if (operation is UpdateOperation update) MutationEncoder.WithCellBlock(frame, 2, update.Update, update.Nonce);
        else MutationEncoder.Get(frame, 3, ((ExistsOperation)operation).Get, existenceOnly: true);
        frame.End(mark);
    }

    private static void ReadRegionResult(ReadOnlySpan<byte> message, in Run run, ref CellBlockReader cells)
    {
        var reader = new ProtoReader(message);
        Failure? failure = null;
        bool? processed = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    ReadResult(reader.ReadBytes(), run, ref cells, ref failure);
                    break;
                case 2:
                    failure = ReadException(reader.ReadBytes());
                    break;
                case 3:
                    processed = reader.ReadBool();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (run.IsOwn && failure is null && processed is { } holds)
        {
            ((Operation<bool>)run.Batch[run.Start]).Succeed(holds);
            run.Answered[run.Start] = true;
        }

        if (failure is null) return;
        for (var i = run.Start; i < run.End; i++)
        {
            if (!run.Answered[i]) run.Fail(i, failure);
        }
    }

    private static void ReadResult(
        ReadOnlySpan<byte> message, in Run run, ref CellBlockReader cells, ref Failure? ofOwn)
    {
        var reader = new ProtoReader(message);
        var index = -1;
        ReadOnlySpan<byte> result = [];
        Failure? failure = null;
        while (reader.Next(out var field))
        {
            if (field == 1) index = (int)reader.ReadVarint() - 1;
            else if (field == 2) result = reader.ReadBytes();
            else if (field == 3) failure = ReadException(reader.ReadBytes());
            else reader.Skip();
        }

        // The cells must come off the block whatever the result belongs to.
        var row = ResultDecoder.Read(result, ref cells);
        if (run.IsOwn)
        {
            ofOwn ??= failure;
            return;
        }

        if (index < run.Start || index >= run.End)
            throw new HBaseProtocolException("A Multi's result has an index that was not asked.");
        if (failure is not null)
        {
            run.Fail(index, failure);
            return;
        }

        if (run.Batch[index] is UpdateOperation update)
        {
            if (row is null) return; // and so it has no answer
            update.Succeed(row);
        }

        run.Answered[index] = true;
        if (run.Batch[index] is GetOperation get) get.Succeed(row);
        else if (run.Batch[index] is ExistsOperation exists) exists.Succeed(ResultDecoder.Exists(result));
        else if (run.Batch[index] is MutateOperation mutate) mutate.Succeed(true);
    }

    private static Failure ReadException(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        var (name, text) = ("", "");
        while (reader.Next(out var field))
        {
            if (field == 1) name = reader.ReadString();
            else if (field == 2) text = reader.ReadString();
            else reader.Skip();
        }

        return FailureTable.Classify(name, text, doNotRetry: false);
    }

    /// <summary>The operations of one RegionAction.</summary>
    private readonly record struct Run(List<Operation> Batch, int Start, int End, bool[] Answered, FailedOperations Failures)
    {
        public bool IsOwn => Batch[Start].HasOwnRegionAction;

        public void Fail(int index, Failure failure)
        {
            Answered[index] = true;
            Failures.Add(Batch[index], failure);
        }
    }
}
