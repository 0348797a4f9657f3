using System.Buffers;
using Grains.Fields;
using Grains.Kinds;
using Grains.Rules;
using Grains.Tests.Kinds;

namespace Grains.Tests.Fields;

public sealed class EntityStateCodecTests
{
    private static readonly (string Name, FieldType Type)[] AllFields =
        [("a", FieldType.Number), ("b", FieldType.Number), ("c", FieldType.Number), ("s", FieldType.Text), ("o", FieldType.Boolean)];

    /// <summary>Random states, written with some fields and read with others: what both have is the same, the rest is new.</summary>
    [Fact]
    public void A_state_is_read_back_with_other_fields()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var written = RandomKind(random);
            var state = RandomState(written, random);
            var read = RandomKind(random);
            var back = EntityState.Read(read.Fields, Bytes(state));
            Assert.Equal((state.Count, state.FirstTime, state.LastTime, state.AlertCount),
                (back.Count, back.FirstTime, back.LastTime, back.AlertCount));
            AssertSameAlerts(state, back);
            foreach (var field in read.Fields.Numbers)
                AssertSameNumber(written.Fields.Find(field.Name), state, field, back);
            foreach (var field in read.Fields.Attributes)
                Assert.Equal(written.Fields.Find(field.Name) is { } old ? state.Attribute(old.Slot) : null, back.Attribute(field.Slot));
            Assert.Equal(Bytes(state), Bytes(EntityState.Read(written.Fields, Bytes(state))));
        }
    }

    [Fact]
    public void Damaged_bytes_are_invalid_data_or_a_state()
    {
        var random = new Random(6);
        for (var i = 0; i < 2000; i++)
        {
            var kind = RandomKind(random);
            var bytes = Bytes(RandomState(kind, random));
            if (random.Next(2) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            else
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                EntityState.Read(kind.Fields, bytes);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void A_later_version_is_refused()
    {
        var e = Assert.Throws<InvalidDataException>(() => EntityState.Read(TestKinds.EntityAlerts.Fields, [2, 0, 0]));
        Assert.Equal("The state has version 2; this program reads version 1.", e.Message);
    }

    private static EntityKind RandomKind(Random random)
    {
        var options = TestKinds.WithFields([.. AllFields.Where(_ => random.Next(3) > 0)]);
        options.RecentValues = 4;
        return TestKinds.Make("k", options);
    }

    private static EntityState RandomState(EntityKind kind, Random random)
    {
        var state = kind.NewState();
        for (var n = random.Next(8); n > 0; n--)
        {
            var e = kind.Decoder.NewEvent();
            var parts = new List<string> { $"\"t\":{random.NextInt64(2_000_000_000_000)}" };
            foreach (var field in kind.Fields.Fields.Where(_ => random.Next(2) == 0))
                parts.Add($"\"{field.Name}\":" + field.Type switch
                {
                    FieldType.Number => random.Next(-1000, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    FieldType.Text => $"\"{new string('ü', random.Next(300))}\"",
                    _ => random.Next(2) == 0 ? "true" : "false",
                });
            state.Apply(kind.Decode($"{{{string.Join(',', parts)}}}"));
        }

        for (var n = random.Next(3); n > 0; n--)
            state.AddAlert(RandomAlert(random, n));
        return state;
    }

    private static ActiveAlert RandomAlert(Random random, int number) => new()
    {
        Rule = $"rule {number}",
        Number = number,
        Since = random.NextInt64(2_000_000_000_000),
        FiredAt = random.Next(2) == 0 ? random.NextInt64(2_000_000_000_000) : ActiveAlert.Never,
        KeepSince = random.Next(2) == 0 ? -5 : ActiveAlert.Never,
        Value = random.NextDouble(),
        Message = new string('m', random.Next(400)),
        Acknowledged = random.Next(2) == 0 ? new Acknowledgement("who", "wħy", 17) : null,
    };

    private static byte[] Bytes(EntityState state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        state.Write(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void AssertSameNumber(Field? old, EntityState state, Field field, EntityState back)
    {
        var expected = old is null ? FieldState.Empty : state.Number(old.Slot);
        Assert.Equal(expected, back.Number(field.Slot));
        for (var i = 0; i < expected.RecentCount; i++)
            Assert.Equal(expected.Recent(state.RecentOf(old!.Slot), i), back.Number(field.Slot).Recent(back.RecentOf(field.Slot), i));
    }

    private static void AssertSameAlerts(EntityState state, EntityState back)
    {
        Assert.Equal(state.Alerts.Count, back.Alerts.Count);
        foreach (var (a, b) in state.Alerts.Zip(back.Alerts))
            Assert.Equal((a.Rule, a.Number, a.Since, a.FiredAt, a.KeepSince, a.Value, a.Message, a.Acknowledged),
                (b.Rule, b.Number, b.Since, b.FiredAt, b.KeepSince, b.Value, b.Message, b.Acknowledged));
    }
}
