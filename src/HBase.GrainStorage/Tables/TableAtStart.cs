namespace HBase.GrainStorage.Tables;

/// <summary>Sees to a table from the silo's start on, beside all else that the silo has to do until then.</summary>
/// <param name="stage">It exists and answers when this stage of the silo's life is over.</param>
internal abstract class TableAtStart(int stage) : ILifecycleParticipant<ISiloLifecycle>
{
    private Task _ensured = Task.CompletedTask;

    protected abstract Task EnsureAsync(CancellationToken cancellationToken);

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(GetType().Name, ServiceLifecycleStage.First, token =>
        {
            _ensured = Task.Run(() => EnsureAsync(token), token);
            return Task.CompletedTask;
        });
        lifecycle.Subscribe(GetType().Name, stage, _ => _ensured);
    }
}
