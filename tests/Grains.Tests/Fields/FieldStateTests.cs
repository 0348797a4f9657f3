using System.Buffers;
using Grains.Fields;
using Grains.Kinds;
using Grains.Tests.Kinds;

namespace Grains.Tests.Fields;

/// <summary>A configured kind must come to the same numbers, to the bit, as the job that other systems do.</summary>
public sealed class FieldStateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_entity_alerts_job_is_configuration_only(int seed)
    {
        var kind = TestKinds.EntityAlerts;
        var random = new Random(seed);
        var state = kind.NewState();
        var peer = new PeerState();
        for (var i = 0; i < 2000; i++)
        {
            var value = random.Next(4) == 0 ? 90 + random.Next(-2, 3) : (random.NextDouble() - 0.3) * 200;
            var e = kind.Decode(FormattableString.Invariant($$"""{"entity":"e17","seq":{{i}},"ts":{{1000 + i}},"value":{{value:R}}}"""));
            var changes = kind.Judge(state, "e17", e);
            var changed = peer.Apply(value, 1000 + i);
            Assert.Equal(changed, changes.Count == 1);
            Assert.Equal(peer.Firing, state.Rules.HasAlerts);
            if (i % 7 == 0)
                state = Reread(kind, state);
            AssertSame(peer, state);
        }
    }

    [Fact]
    public void The_last_values_are_kept_when_their_number_changes()
    {
        var states = new Dictionary<int, EntityKind>();
        foreach (var n in (int[])[0, 3, 16])
        {
            var options = TestKinds.WithFields(("x", FieldType.Number));
            options.RecentValues = n;
            states[n] = TestKinds.Make("k", options);
        }

        var state = states[16].NewState();
        for (var i = 1; i <= 20; i++)
            state.Apply(states[16].Decode($$"""{"t":1,"x":{{i}}}"""));
        Assert.Equal([18, 19, 20], Recent(state = Reread(states[3], state)));
        state.Apply(states[3].Decode("""{"t":1,"x":21}"""));
        Assert.Equal([19, 20, 21], Recent(state = Reread(states[16], state)));
        state.Apply(states[16].Decode("""{"t":1,"x":22}"""));
        Assert.Equal([19, 20, 21, 22], Recent(state));
        Assert.Equal((22, 22), (state.Number(0).Count, state.Number(0).Last));
        Assert.Empty(Recent(Reread(states[0], state)));
    }

    private static List<double> Recent(EntityState state) =>
        [.. Enumerable.Range(0, state.Number(0).RecentCount).Select(i => state.Number(0).Recent(state.RecentOf(0), i))];

    private static EntityState Reread(EntityKind kind, EntityState state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        state.Write(buffer);
        return EntityState.Read(kind.Fields, kind.Rules, buffer.WrittenSpan);
    }

    private static void AssertSame(PeerState peer, EntityState state)
    {
        var number = state.Number(0);
        Assert.Equal(peer.Count, number.Count);
        Assert.Equal(peer.Count, state.Count);
        Assert.Equal(peer.LastTimestamp, state.LastTime);
        AssertBits(peer.Mean, number.EwMean);
        AssertBits(peer.Variance, number.EwVariance);
        AssertBits(peer.Min, number.Min);
        AssertBits(peer.Max, number.Max);
        for (var i = 0; i < Math.Min(16, peer.Count); i++)
            AssertBits(peer.Recent[i], state.RecentOf(0)[i]);
    }

    private static void AssertBits(double expected, double actual) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(actual));

    /// <summary>A transcription of the peers' EntityState.java, line by line.</summary>
    private sealed class PeerState
    {
        private const double Alpha = 0.05;

        public long Count;
        public double Mean;
        public double Variance;
        public double Min = double.PositiveInfinity;
        public double Max = double.NegativeInfinity;
        public long LastTimestamp;
        public bool Firing;
        public readonly double[] Recent = new double[16];

        public bool Apply(double value, long timestamp)
        {
            double delta = value - Mean;
            Mean += Alpha * delta;
            Variance = (1 - Alpha) * (Variance + Alpha * delta * delta);
            Min = Math.Min(Min, value);
            Max = Math.Max(Max, value);
            Recent[(int)(Count++ % 16)] = value;
            LastTimestamp = timestamp;
            bool fires = value > 90, changed = fires != Firing;
            Firing = fires;
            return changed;
        }
    }
}
