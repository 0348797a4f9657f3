using System.Buffers;
using Grains.Fields;
using Grains.Kinds;
using Grains.Tests.Kinds;
using Rules.Engine;

namespace Grains.Tests.Fields;

public sealed class EntityStateCodecTests
{
    private static readonly (string Name, FieldType Type)[] AllFields =
        [("a", FieldType.Number), ("b", FieldType.Number), ("c", FieldType.Number), ("s", FieldType.Text), ("o", FieldType.Boolean)];

    private const string AlertRule = "kind: k\nrules:\n  - { name: r, when: a > 0 }\n  - { name: windowed, when: 'count(a > 0, 5m) > 1' }\n";

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
            var back = EntityState.Read(read.Fields, read.Rules, Bytes(state));
            Assert.Equal((state.Count, state.FirstTime, state.LastTime), (back.Count, back.FirstTime, back.LastTime));
            Assert.Equal(state.Rules.Alerts.Select(alert => alert.Number), back.Rules.Alerts.Select(alert => alert.Number));
            foreach (var field in read.Fields.Numbers)
                AssertSameNumber(written.Fields.Find(field.Name), state, field, back);
            foreach (var field in read.Fields.Attributes)
                Assert.Equal(written.Fields.Find(field.Name) is { } old ? state.Attribute(old.Slot) : null, back.Attribute(field.Slot));
            Assert.Equal(Bytes(state), Bytes(EntityState.Read(written.Fields, written.Rules, Bytes(state))));
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
                EntityState.Read(kind.Fields, kind.Rules, bytes);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void A_later_version_is_refused()
    {
        var e = Assert.Throws<InvalidDataException>(() => EntityState.Read(TestKinds.EntityAlerts.Fields, RuleProgram.Empty, [3, 0, 0]));
        Assert.Equal("The state has version 3; this program reads version 2.", e.Message);
    }

    private static EntityKind RandomKind(Random random)
    {
        var options = TestKinds.WithFields([.. AllFields.Where(_ => random.Next(3) > 0)]);
        options.RecentValues = 4;
        return TestKinds.Make("k", options, options.Fields.ContainsKey("a") ? AlertRule : null);
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
            kind.Judge(state, "e", kind.Decode($"{{{string.Join(',', parts)}}}"));
        }

        return state;
    }

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
}
