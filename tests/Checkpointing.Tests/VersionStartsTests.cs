using Xunit;

namespace Checkpointing.Tests;

public sealed class VersionStartsTests
{
    private static readonly VersionStarts Starts = new([new(2, 100), new(3, 200), new(7, 200), new(9, 500)]);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(100, 2)]
    [InlineData(199, 2)]
    [InlineData(200, 7)]
    [InlineData(499, 7)]
    [InlineData(500, 9)]
    [InlineData(long.MaxValue, 9)]
    public void A_record_is_of_the_last_version_that_starts_at_or_before_it(long offset, long version)
    {
        Assert.Equal(version, Starts.Of(offset));
        Assert.Equal(version, Starts.From(offset).Of(offset));
        Assert.Equal(9, Starts.From(offset).Newest);
    }

    [Fact]
    public void What_no_record_needs_any_more_is_forgotten()
    {
        Assert.Equal([7L, 9L], Starts.From(300).Versions);
        Assert.Equal([9L, 10L], Starts.From(500).With(new(10, 600)).Versions);
        Assert.Equal(0, VersionStarts.None.Of(5));
        Assert.Empty(VersionStarts.None.From(5).Versions);
    }
}
