using HBase.Client.Connection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace HBase.Client.Tests.Connection;

public sealed class ServerTrustTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServerTrust _trust;
    private bool _isOnline;
    private int _questions;

    public ServerTrustTests() => _trust = new ServerTrust(_time, TimeSpan.FromSeconds(3), _ =>
    {
        _questions++;
        return Task.FromResult(_isOnline);
    });

    [Fact]
    public async Task An_answer_in_time_is_believed_without_a_question()
    {
        _trust.Asked();
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(await _trust.IsBelievedAsync(CancellationToken.None));
        Assert.Equal(0, _questions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_silence_the_master_decides(bool isOnline)
    {
        _isOnline = isOnline;
        _trust.Asked();
        _time.Advance(TimeSpan.FromSeconds(2));
        _trust.Asked(); // does not end the silence
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(isOnline, await _trust.IsBelievedAsync(CancellationToken.None));
        Assert.Equal(1, _questions);
    }

    [Fact]
    public async Task A_server_with_nothing_to_answer_is_not_silent()
    {
        _trust.Asked();
        _trust.Heard(isMoreExpected: false);
        _time.Advance(TimeSpan.FromMinutes(1));
        _trust.Asked();

        Assert.True(await _trust.IsBelievedAsync(CancellationToken.None));
        Assert.Equal(0, _questions);
    }

    [Fact]
    public async Task An_answer_among_others_begins_a_new_silence()
    {
        _trust.Asked();
        _time.Advance(TimeSpan.FromSeconds(2));
        _trust.Heard(isMoreExpected: true);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await _trust.IsBelievedAsync(CancellationToken.None));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await _trust.IsBelievedAsync(CancellationToken.None));
    }
}
