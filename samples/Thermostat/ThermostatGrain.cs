using Grains.Entities;
using Grains.Kinds;

namespace Thermostat;

/// <summary>What a room's sensor sends on topic <c>rooms</c>; the record's key names the room.</summary>
public sealed record Measurement(double Celsius);

/// <summary>What is known of a room.</summary>
public sealed class Room
{
    public double Celsius { get; set; }
    public double Target { get; set; } = 20;
    public bool Heating { get; set; }
}

public interface IThermostat : IGrainWithStringKey
{
    ValueTask<bool> IsHeating();
    ValueTask SetTarget(double celsius);
}

[Entity("thermostat", Topic = "rooms", History = HistoryMode.Events)]
public sealed class ThermostatGrain : EntityGrain<Room, Measurement>, IThermostat
{
    protected override void Apply(Measurement measurement, IEventContext context)
    {
        State.Celsius = measurement.Celsius;
        State.Heating = measurement.Celsius < State.Target - (State.Heating ? 0 : 1);
        if (measurement.Celsius < 5) context.Raise("frost", measurement.Celsius);
        else context.Resolve("frost", measurement.Celsius);
    }

    public ValueTask<bool> IsHeating() => new(State.Heating);

    public ValueTask SetTarget(double celsius) { State.Target = celsius; return CommitAsync(); } // durable on return
}
