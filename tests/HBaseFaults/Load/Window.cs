using System.Diagnostics.Metrics;

namespace HBaseFaults.Load;

/// <summary>The tally of now, with what the client's meter says of retries.</summary>
internal sealed class Window : IDisposable
{
    private readonly MeterListener _listener = new();
    private Tally _now = new();

    public Window()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Granary.HBase.Client", Name: "hbase.client.retries" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, times, tags, _) =>
        {
            foreach (var (name, value) in tags)
                if (name == "reason")
                    Now.Retried((string)value!, times);
        });
        _listener.Start();
    }

    public Tally Now => Volatile.Read(ref _now);

    /// <summary>Begins a new tally; the one before.</summary>
    public Tally Take() => Interlocked.Exchange(ref _now, new Tally());

    public void Dispose() => _listener.Dispose();
}
