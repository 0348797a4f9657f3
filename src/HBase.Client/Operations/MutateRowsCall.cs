using HBase.Client.Connection;
using HBase.Client.Filters;
using HBase.Client.Protocol;

namespace HBase.Client.Operations;

/// <summary>
/// Commits of one region in one call of MultiRowMutationEndpoint: all rows are locked, all conditions read, then everything is
/// one append to the log, or nothing is when a condition does not hold; which one is not said.
/// </summary>
internal sealed class MutateRowsCall : IBatchCall
{
    public string Method => "ExecService";

    public FrameBuffer Encode(List<Operation> batch)
    {
        var bytes = 0;
        foreach (var operation in batch) bytes += operation.Bytes + 160;
        var frame = new FrameBuffer(bytes);
        var reserve = bytes < 8000 ? 2 : 3;
        var parameter = frame.BeginRaw(reserve);
        MutationEncoder.Region(frame, 1, batch[0].Region!.Name.Span);
        var call = frame.Begin(2, reserve);
        frame.WriteField(1, batch[0].Row.Span);
        frame.WriteField(2, "MultiRowMutationService"u8);
        frame.WriteField(3, "MutateRows"u8);
        var request = frame.Begin(4, reserve);
        foreach (var operation in batch)
        {
            var commit = (CommitOperation)operation;
            MutationEncoder.Inline(frame, 1, commit.Mutation);
            for (var i = 0; i < commit.Further.Count; i++) MutationEncoder.Inline(frame, 1, commit.Further[i]);
        }

        foreach (var operation in batch) MutationEncoder.Condition(frame, 5, ForEndpoint(((CommitOperation)operation).Condition));
        frame.End(request);
        frame.End(call);
        frame.End(parameter);
        return frame;
    }

    public void Complete(List<Operation> batch, RpcResponse response, FailedOperations failures)
    {
        var processed = ReadProcessed(response.Message);
        if (processed is null)
        {
            // A server before 2.5 does not know conditions and has written without them.
            failures.Add(batch, new Failure(FailureAction.RetrySame, true, "the server's MutateRows does not know conditions"));
        }
        else if (processed.Value || batch.Count == 1)
        {
            foreach (var operation in batch) ((CommitOperation)operation).Succeed(processed.Value);
        }
        else
        {
            failures.AddUndecided(batch);
        }
    }

    // The endpoint takes an empty value for "absent or empty" whatever the operator: "present and not empty" must be a filter.
    // The page of one column ends a column at its newest version.
    private static Condition ForEndpoint(Condition condition)
    {
        if (condition is not { Filter: null, Value.IsEmpty: true, Operator: CompareOperator.NotEqual }) return condition;
        var present = Filter.All(
            Filter.Family(CompareOperator.Equal, Comparator.Binary(condition.Family)),
            Filter.Qualifier(CompareOperator.Equal, Comparator.Binary(condition.Qualifier)),
            Filter.ColumnPagination(1),
            Filter.Value(CompareOperator.NotEqual, Comparator.Binary(default)));
        return Condition.Matches(condition.Row, present) with
        {
            MinTimestamp = condition.MinTimestamp,
            MaxTimestamp = condition.MaxTimestamp,
        };
    }

    private static bool? ReadProcessed(ReadOnlySpan<byte> message)
    {
        var value = Field(Field(message, 2), 2);
        var reader = new ProtoReader(value);
        bool? processed = null;
        while (reader.Next(out var field))
        {
            if (field == 1) processed = reader.ReadBool();
            else reader.Skip();
        }

        return processed;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, int wanted)
    {
        var reader = new ProtoReader(message);
        ReadOnlySpan<byte> value = [];
        while (reader.Next(out var field))
        {
            if (field == wanted) value = reader.ReadBytes();
            else reader.Skip();
        }

        return value;
    }
}
