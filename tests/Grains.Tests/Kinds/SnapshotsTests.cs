using Grains.Interfaces;
using Grains.Kinds;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Grains.Tests.Kinds;

public sealed class SnapshotsTests
{
    private static readonly EntityKind Kind = TestKinds.Make(
        "sensor",
        TestKinds.WithFields(("temperature", FieldType.Number), ("humidity", FieldType.Number), ("site", FieldType.Text),
            ("open", FieldType.Boolean)),
        """
        kind: sensor
        rules:
          - name: hot
            when: temperature > 90
            labels: { severity: page }
            message: "{{ entity }} at {{ temperature }}"
        """);

    [Fact]
    public void An_entity_without_events_is_not_seen()
    {
        var snapshot = Snapshots.Of(Kind, "s1", Kind.NewState());
        Assert.False(snapshot.Seen);
        Assert.Empty(snapshot.Fields);
        Assert.Empty(snapshot.Attributes);
        Assert.Null(snapshot.FirstTime);
    }

    [Fact]
    public void A_snapshot_says_all_and_survives_the_wire()
    {
        var state = Kind.NewState();
        foreach (var json in (string[])["""{"t":1000,"temperature":50,"site":"north"}""", """{"t":3000,"temperature":95,"open":true}"""])
            Kind.Judge(state, "s1", Kind.Decode(json));

        state.Rules.FindAlert("hot")!.Acknowledged = new("ann", "on my way", 4000);
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var snapshot = serializer.Deserialize<EntitySnapshot>(
            serializer.SerializeToArray(Snapshots.Of(Kind, "s1", state)))!;

        Assert.True(snapshot.Seen);
        Assert.Equal(2, snapshot.Count);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1000), snapshot.FirstTime);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(3000), snapshot.LastTime);
        Assert.Equal(["temperature"], snapshot.Fields.Keys);
        var temperature = snapshot.Fields["temperature"];
        Assert.Equal((2, 145, 72.5, 50, 95, 95),
            (temperature.Count, temperature.Sum, temperature.Mean, temperature.Min, temperature.Max, temperature.Last));
        Assert.Equal([50, 95], temperature.Recent);
        Assert.Equal(("north", "true"), (snapshot.Attributes["site"], snapshot.Attributes["open"]));
        var alert = Assert.Single(snapshot.Alerts);
        Assert.Equal(("sensor/s1#1", "hot", AlertState.Firing, 95, "s1 at 95"),
            (alert.Id, alert.Rule, alert.State, alert.Value, alert.Message));
        Assert.Equal("page", alert.Labels["severity"]);
        Assert.Equal(("ann", "on my way", DateTimeOffset.FromUnixTimeMilliseconds(4000)),
            (alert.AcknowledgedBy, alert.AcknowledgedWhy, alert.AcknowledgedAt));
    }

    [Fact]
    public void A_time_that_no_date_can_be_is_clamped()
    {
        var kind = TestKinds.Make("k", new KindOptions { Topic = "t" });
        var state = kind.NewState();
        state.Apply(kind.Decode("{}", long.MaxValue));
        Assert.Equal(9999, Snapshots.Of(kind, "x", state).LastTime!.Value.Year);
    }

    [Theory]
    [InlineData("sensor/a", "sensor", "a")]
    [InlineData("sensor/a/b", "sensor", "a/b")]
    public void A_grain_key_is_kind_and_key(string grainKey, string kind, string key)
    {
        Assert.Equal(new EntityKey(kind, key), EntityKey.Parse(grainKey));
        Assert.Equal(grainKey, EntityKey.Of(kind, key));
        Assert.Equal(grainKey, EntityKey.Parse(grainKey).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sensor")]
    [InlineData("sensor/")]
    [InlineData("/a")]
    public void What_is_no_grain_key_is_refused(string grainKey) =>
        Assert.Throws<FormatException>(() => EntityKey.Parse(grainKey));
}
