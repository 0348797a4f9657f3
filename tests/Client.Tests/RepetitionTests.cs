using Checkpointing;
using Client.Commands;
using Grains.Interfaces;
using Microsoft.Extensions.Time.Testing;

namespace Client.Tests;

public sealed class RepetitionTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Transient_errors_are_repeated_until_an_answer()
    {
        var calls = 0;
        var answer = await DriveAsync(Repetition().RunAsync(
            () => ++calls < 4 ? throw new SiloUnavailableException("gone") : new ValueTask<int>(7), default));
        Assert.Equal((7, 4), (answer, calls));
    }

    [Fact]
    public async Task Other_errors_are_passed_on_at_once()
    {
        var calls = 0;
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Repetition().RunAsync<int>(
            () => { calls++; throw new InvalidOperationException("no"); }, default));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task An_attempt_without_an_answer_is_sent_again()
    {
        var calls = 0;
        var silent = new TaskCompletionSource<int>();
        var answer = await DriveAsync(Repetition().RunAsync(
            () => ++calls == 1 ? new ValueTask<int>(silent.Task) : new ValueTask<int>(7), default));
        Assert.Equal((7, 2), (answer, calls));
        Assert.True(_time.GetUtcNow() - _time.Start >= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task It_gives_up_at_the_deadline_with_the_last_error()
    {
        var calls = 0;
        var error = await Assert.ThrowsAsync<CommandTimeoutException>(async () => await DriveAsync(Repetition().RunAsync<int>(
            () => { calls++; throw new EntityStoreException("HBase is away."); }, default)));
        Assert.Equal(calls, error.Attempts);
        Assert.InRange(calls, 15, 25); // six pauses up to 1.6 s, then one each 2 s
        Assert.Contains("HBase is away.", error.Message, StringComparison.Ordinal);
        Assert.IsType<EntityStoreException>(error.InnerException);
        Assert.True(_time.GetUtcNow() - _time.Start <= TimeSpan.FromSeconds(31));
    }

    [Fact]
    public async Task Cancelling_ends_a_pause()
    {
        using var cancel = new CancellationTokenSource();
        var running = Repetition().RunAsync<int>(() => throw new TimeoutException("slow"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData(typeof(TimeoutException), true)]
    [InlineData(typeof(InvalidOperationException), false)]
    [InlineData(typeof(ArgumentException), false)]
    [InlineData(typeof(OperationCanceledException), false)]
    public void Errors_are_told_apart(Type error, bool transient) =>
        Assert.Equal(transient, TransientErrors.IsTransient((Exception)Activator.CreateInstance(error)!));

    [Fact]
    public void A_void_activation_is_transient_and_a_refused_command_is_not()
    {
        Assert.True(TransientErrors.IsTransient(new EntityVoidException("going")));
        Assert.False(TransientErrors.IsTransient(new CommandRefusedException("too old")));
    }

    [Fact]
    public async Task A_command_scope_ends_where_it_ends()
    {
        using (var outer = CommandScope.Begin(_time))
        {
            using (var inner = CommandScope.Begin(_time))
                Assert.Equal((inner.Id.ToString("N"), inner.Issued), CommandContext.Current);
            Assert.Equal(outer.Id.ToString("N"), CommandContext.Current?.Id);
            await Task.Yield();
            using var again = CommandScope.Resume(outer.Id, outer.Issued);
            Assert.Equal((outer.Id, outer.Issued), (again.Id, again.Issued));
        }

        Assert.Null(CommandContext.Current);
    }

    private Repetition Repetition() =>
        new(_time, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), random: () => 0.5);

    /// <summary>Lets time pass until the call has ended; a timer is always armed while it has not.</summary>
    private async Task<T> DriveAsync<T>(ValueTask<T> call)
    {
        var running = call.AsTask();
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        return await running;
    }
}
