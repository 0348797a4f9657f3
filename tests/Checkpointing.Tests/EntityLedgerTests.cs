using System.Buffers;
using Xunit;

namespace Checkpointing.Tests;

public sealed class EntityLedgerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Activation = new(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private readonly EntityLedger _ledger = new(Activation);

    [Fact]
    public void What_is_written_is_read_again()
    {
        _ledger.Apply("topic/0", 7, [Out("7/0"), Out("7/1")]);
        _ledger.Apply("topic/300", 1L << 40, []);
        _ledger.BeginCommand("c", Noon, Noon, out _);
        _ledger.EndCommand("c", Noon, [1, 2, 3], [Out("c/0")]);
        var bytes = Written(_ledger);

        ReadOnlySpan<byte> source = [.. bytes, 42];
        var read = EntityLedger.Read(Guid.Empty, ref source);

        Assert.Equal([42], source.ToArray());
        Assert.Equal(bytes, Written(read));
        Assert.Equal(8, read.Applied("topic/0"));
        Assert.Equal((1L << 40) + 1, read.Durable("topic/300"));
        Assert.False(read.IsDirty);
        Assert.False(read.CommandOpen);
        var output = Assert.Single(read.CommandOutputs("c"));
        Assert.Equal(Out("c/0").ContentHash, output.ContentHash);
        Assert.Equal("why", output.Headers!["reason"]);
        Assert.True(output.WhenDurable);
        Assert.Equal(CommandVerdict.Repeated, read.BeginCommand("c", Noon, Noon.AddHours(1), out var answer));
        Assert.Equal([1, 2, 3], answer);
    }

    [Fact]
    public void Outputs_to_a_topic_can_be_dropped_and_the_others_keep_their_order()
    {
        for (var offset = 0; offset < 20; offset++)
            _ledger.Apply("topic/0", offset, [Out($"{offset}/0", "void"), Out($"{offset}/1")]);
        _ledger.DropOutputs("void");
        var left = _ledger.Answer(Delivery(Checkpointing.Delivery.None, 0, 19), accepted: true).Outputs;
        Assert.Equal(Enumerable.Range(0, 20).Select(offset => $"{offset}/1"), left.Select(caused => caused.Output.Id));
    }

    [Fact]
    public void A_repeated_delivery_has_the_outputs_of_its_records_whatever_was_released_or_read_again_in_between()
    {
        var random = new Random(5);
        var ledger = _ledger;
        var (applied, released) = (0, 0);
        for (var round = 0; round < 300; round++)
        {
            for (var count = random.Next(8); count > 0; count--)
                ledger.Apply("topic/0", applied, [.. Enumerable.Range(0, applied++ % 4).Select(i => Out($"{applied - 1}/{i}"))]);
            var first = random.Next(released, Math.Max(released, applied - 1) + 1);
            if (applied > first)
            {
                var outputs = ledger.Answer(Delivery(Checkpointing.Delivery.None, first, applied - 1), accepted: true).Outputs;
                var expected = Enumerable.Range(first, applied - first).SelectMany(o => Enumerable.Range(0, o % 4).Select(i => (o, $"{o}/{i}")));
                Assert.Equal(expected, outputs.Select(caused => ((int)caused.Offset, caused.Output.Id)));
            }

            released = random.Next(released, applied + 1);
            ledger.Prune("topic/0", released);
            if (random.Next(4) > 0)
                continue;
            ReadOnlySpan<byte> bytes = Written(ledger);
            ledger = EntityLedger.Read(Activation, ref bytes);
        }
    }

    [Fact]
    public void A_ledger_that_is_cut_off_anywhere_is_an_error_that_says_so()
    {
        _ledger.Apply("topic/0", 7, [Out("7/0")]);
        _ledger.BeginCommand("c", Noon, Noon, out _);
        _ledger.EndCommand("c", Noon, [1, 2, 3], [Out("c/0")]);
        var bytes = Written(_ledger);
        for (var length = 0; length < bytes.Length; length++)
        {
            var error = Assert.Throws<InvalidDataException>(() =>
            {
                ReadOnlySpan<byte> source = bytes.AsSpan(0, length);
                EntityLedger.Read(Activation, ref source);
            });
            Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_version_is_an_error_that_names_it()
    {
        var error = Assert.Throws<InvalidDataException>(() =>
        {
            ReadOnlySpan<byte> source = [9, 0];
            EntityLedger.Read(Activation, ref source);
        });
        Assert.Contains("version 9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_makes_durable_what_it_began_with()
    {
        _ledger.Apply("topic/0", 0, []);
        var cut = _ledger.BeginWrite();
        _ledger.Apply("topic/0", 1, []);
        Assert.Throws<InvalidOperationException>(() => _ledger.BeginWrite());
        _ledger.Written(cut);
        Assert.Equal(new FlushAnswer(Activation, 1), _ledger.Answer("topic/0"));
        Assert.True(_ledger.IsDirty);

        _ledger.WriteFailed(_ledger.BeginWrite());
        Assert.Equal(1, _ledger.Durable("topic/0"));
        Assert.True(_ledger.IsDirty);
    }

    [Fact]
    public void Outputs_are_returned_again_until_they_are_pruned()
    {
        _ledger.Apply("topic/0", 3, [Out("3/0")]);
        _ledger.Apply("topic/0", 5, [Out("5/0")]);
        var delivery = Delivery(after: -1, 3, 5);
        Assert.Equal([3L, 5L], _ledger.Answer(delivery, true).Outputs.Select(o => o.Offset));
        _ledger.Prune("topic/0", 5);
        Assert.Equal([5L], _ledger.Answer(delivery, true).Outputs.Select(o => o.Offset));
        Assert.False(_ledger.IsNew("topic/0", 5));
        Assert.False(_ledger.Accepts(Delivery(after: 6, 7)));
        Assert.True(_ledger.Accepts(Delivery(after: 5, 7)));
    }

    [Fact]
    public void An_activation_is_confirmed_by_a_write_that_began_after_the_start_was_known()
    {
        _ledger.Apply("topic/0", 3, []);
        var early = _ledger.BeginWrite();
        Assert.False(_ledger.Answer(Delivery(-1, 3), true).IsConfirmed);
        _ledger.Written(early);
        Assert.False(_ledger.Answer(Delivery(-1, 3), true).IsConfirmed);
        _ledger.Written(_ledger.BeginWrite());
        Assert.True(_ledger.Answer(Delivery(-1, 3), true).IsConfirmed);
    }

    [Fact]
    public void A_command_is_open_until_it_is_closed_and_then_repeated()
    {
        Assert.Equal(CommandVerdict.New, _ledger.BeginCommand("c", Noon, Noon, out _));
        Assert.Equal(CommandVerdict.Busy, _ledger.BeginCommand("c", Noon, Noon, out _));
        _ledger.EndCommand("c", Noon, [1], [Out("c/0")]);
        Assert.True(_ledger.CommandOpen);
        _ledger.Written(_ledger.BeginWrite());
        Assert.False(_ledger.IsDirty);
        _ledger.CommandOutputAcknowledged(Out("c/0"));
        Assert.Empty(_ledger.CommandOutputs());
        Assert.True(_ledger.IsDirty);
        _ledger.CloseCommand("c");
        Assert.False(_ledger.CommandOpen);
        Assert.Equal(CommandVerdict.Repeated, _ledger.BeginCommand("c", Noon, Noon, out _));
    }

    [Fact]
    public void A_command_that_is_forgotten_is_too_old_by_any_clock()
    {
        Run("c", Noon);
        var late = Noon.AddMinutes(10).AddSeconds(1);
        Assert.Equal(CommandVerdict.Repeated, _ledger.BeginCommand("c", Noon, late, out _));
        Run("d", late);
        Assert.Equal(CommandVerdict.TooOld, _ledger.BeginCommand("c", Noon, late, out _));
        Assert.Equal(CommandVerdict.TooOld, _ledger.BeginCommand("c", Noon, Noon.AddMinutes(5), out _));
    }

    [Fact]
    public void The_hundred_and_twenty_ninth_command_in_ten_minutes_is_refused()
    {
        for (var i = 0; i < 128; i++)
            Run($"c{i}", Noon.AddSeconds(i));
        Assert.Equal(CommandVerdict.Full, _ledger.BeginCommand("more", Noon.AddMinutes(5), Noon.AddMinutes(5), out _));
        Assert.Equal(CommandVerdict.New, _ledger.BeginCommand("more", Noon.AddMinutes(11), Noon.AddMinutes(11), out _));
    }

    private void Run(string id, DateTimeOffset now)
    {
        Assert.Equal(CommandVerdict.New, _ledger.BeginCommand(id, now, now, out _));
        _ledger.EndCommand(id, now, [], []);
        _ledger.CloseCommand(id);
    }

    private static byte[] Written(EntityLedger ledger)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ledger.Write(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static Output Out(string id, string topic = "out") => new()
    {
        Id = id,
        Topic = topic,
        Key = new byte[] { 1 },
        Value = new byte[] { 2, 3 },
        WhenDurable = true,
        Headers = new Dictionary<string, string> { ["reason"] = "why" },
    };

    private static Delivery Delivery(long after, params long[] offsets) => new()
    {
        Source = "topic/0",
        Topic = "topic",
        Partition = 0,
        After = after,
        Start = Activation,
        Records = [.. offsets.Select(o => new EventRecord { Offset = o })],
    };
}
