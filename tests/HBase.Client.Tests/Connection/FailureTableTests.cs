using HBase.Client.Connection;
using Xunit;

namespace HBase.Client.Tests.Connection;

public sealed class FailureTableTests
{
    [Theory]
    [InlineData("NotServingRegionException", "Relocate", false)]
    [InlineData("regionserver.WrongRegionException", "Relocate", false)]
    [InlineData("exceptions.RegionOpeningException", "RetrySame", false)]
    [InlineData("RegionTooBusyException", "RetrySame", false)]
    [InlineData("CallQueueTooBigException", "RetrySame", false)]
    [InlineData("CallDroppedException", "RetrySame", false)]
    [InlineData("MultiActionResultTooLarge", "RetryNow", false)]
    [InlineData("exceptions.UnknownProtocolException", "NoEndpoint", false)]
    [InlineData("exceptions.ScannerResetException", "ReopenScanner", false)]
    [InlineData("regionserver.NoSuchColumnFamilyException", "Fail", false)]
    [InlineData("security.AccessDeniedException", "Fail", false)]
    [InlineData("exceptions.RequestTooBigException", "Split", false)]
    [InlineData("regionserver.RegionServerStoppedException", "Relocate", true)]
    [InlineData("regionserver.RegionServerAbortedException", "Relocate", true)]
    [InlineData("exceptions.TimeoutIOException", "RetrySame", true)]
    [InlineData("something.New", "RetrySame", true)]
    public void A_class_has_its_action(string name, string action, bool maybeExecuted)
    {
        var failure = FailureTable.Classify("org.apache.hadoop.hbase." + name, "", doNotRetry: false);
        Assert.Equal((action, maybeExecuted), (failure.Action.ToString(), failure.MaybeExecuted));
    }

    [Fact]
    public void An_unknown_class_is_not_retried_when_the_server_says_so() =>
        Assert.Equal(FailureAction.Fail, FailureTable.Classify("x.Y", "", doNotRetry: true).Action);

    [Fact]
    public void An_io_exception_may_have_been_executed_and_a_closed_log_means_another_server()
    {
        var failure = FailureTable.Classify("java.io.IOException", "sync failed", doNotRetry: false);
        Assert.Equal((FailureAction.RetrySame, true), (failure.Action, failure.MaybeExecuted));
        failure = FailureTable.Classify("java.io.IOException", "Cannot append; log is closed, regionName = x", doNotRetry: false);
        Assert.Equal((FailureAction.Relocate, true), (failure.Action, failure.MaybeExecuted));
    }

    [Fact]
    public void A_moved_region_in_a_multi_says_where_it_went()
    {
        var failure = FailureTable.Classify(
            "org.apache.hadoop.hbase.exceptions.RegionMovedException",
            "org.apache.hadoop.hbase.exceptions.RegionMovedException: Region moved to: hostname=rs2 port=16021 startCode=17. "
            + "As of locationSeqNum=4.\n\tat x",
            doNotRetry: false);
        Assert.Equal("rs2:16021", failure.MovedTo.ToString());
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("number of requests exceeded - wait 1sec, 200ms", 1200)]
    [InlineData("exceeded - wait 50ms", 50)]
    [InlineData("exceeded - wait 1mins, 3sec", 63_000)]
    public void Throttling_says_how_long_to_wait(string text, int milliseconds)
    {
        var failure = FailureTable.Classify("org.apache.hadoop.hbase.quotas.RpcThrottlingException", text, doNotRetry: false);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), failure.Pause);
    }
}
