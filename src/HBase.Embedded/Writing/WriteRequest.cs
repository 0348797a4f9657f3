namespace HBase.Embedded.Writing;

/// <summary>What a caller waits for while the writer's thread does it.</summary>
internal abstract class WriteRequest
{
    /// <summary>About how many bytes it writes; bounds a group.</summary>
    public virtual long Bytes => 0;

    /// <summary>Must have a group of its own.</summary>
    public virtual bool Alone => false;

    /// <summary>Adds to the group what is to be written; the answer is given only when that is durable.</summary>
    public abstract void Apply(WriteGroup group);

    /// <summary>The group is durable.</summary>
    public abstract void Complete();

    /// <summary>The group was not written, or perhaps not.</summary>
    public abstract void Fail(Exception error);
}

internal abstract class WriteRequest<T> : WriteRequest
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    /// <summary>What <see cref="WriteRequest.Apply"/> found: an answer, or why there is none.</summary>
    protected T? Result { get; set; }

    protected Exception? Refusal { get; set; }

    public override void Complete()
    {
        if (Refusal is null) _answer.SetResult(Result!);
        else _answer.SetException(Refusal);
    }

    public override void Fail(Exception error) => _answer.SetException(error);
}
