using System.Diagnostics;
using HBase.Client.Connection;
using HBase.Client.Operations;
using HBase.Client.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace HBase.Client.Tests.Operations;

public sealed class FailedOperationsTests
{
    private static readonly TableRoute _table = new("t");
    private static readonly Region _region = new("r"u8.ToArray(), default, default, 1, new ServerAddress("a", 1));
    private static readonly Failure _lost = new(FailureAction.Relocate, MaybeExecuted: true, "the connection broke");
    private static readonly Failure _refused = new(FailureAction.Fail, MaybeExecuted: false, "it is disabled");

    private readonly RetryPolicy _policy = new(new HBaseClientOptions(), new FakeTimeProvider());

    [Fact]
    public async Task A_put_that_is_refused_after_a_lost_answer_may_have_been_done()
    {
        var put = PutOf();
        Assert.Single(Failed(put, _lost).Again);
        Assert.Empty(Failed(put, _refused).Again);
        var error = await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(async () => await put.Result);
        Assert.Contains("it is disabled", error.Message);
    }

    [Fact]
    public async Task A_put_that_is_refused_at_once_is_refused()
    {
        var put = PutOf();
        Assert.Empty(Failed(put, _refused).Again);
        await Assert.ThrowsAsync<HBaseRefusedException>(async () => await put.Result);
    }

    private MutateOperation PutOf() =>
        new(_table, new Put("r"u8.ToArray()).Add("f"u8.ToArray(), default, default), _policy.Start()) { Region = _region };

    private FailedOperations Failed(Operation operation, Failure failure)
    {
        var lane = new Lane(
            _region.Server, null!, _policy, 1, new BatchQueue(1, 1), new MultiCall(1), _ => throw new UnreachableException());
        var failures = new FailedOperations(_policy, lane, 1);
        failures.Add(operation, failure);
        return failures;
    }
}
