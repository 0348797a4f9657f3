using Checkpointing.Tests.Exploration;
using Xunit;
using static Checkpointing.Tests.Exploration.Script;

namespace Checkpointing.Tests;

/// <summary>Schedules that have broken earlier versions of the rules. Record n of the only entity, a, has the offset n.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void A_second_reader_starts_the_same_lane_while_the_first_goes_on()
    {
        Play(Records(4),
            "reader 1 sends a window", "reader 1 fetches", "reader 1 sends a window", "another reader starts", "reader 2 fetches",
            "reader 2 sends a window", "start [0,1) of reader 2", "reader 1 fetches", "reader 1 sends a window",
            "lane 0 checkpoints", "reader 2 sends a window");
    }

    [Fact]
    public void A_start_that_timed_out_runs_late()
    {
        Play(Records(3),
            "reader 1 sends a window", "start [0,1) of reader 1 for lane 0 times out", "reader 1 sends a window",
            "window [1,2) of reader 1", "start [0,2) of reader 1 for lane 0", "success of the write",
            "start [0,1) of reader 1 for lane 0 (late)");
    }

    [Fact]
    public void An_entity_loses_its_memory_after_its_last_record()
    {
        string[] schedule = ["answer of a to lane 0", "a#1 is lost", "lane 0 checkpoints"];
        Play(Records(1), schedule);
        Assert.Throws<ViolationException>(() => Play(Records(1) with { Omitted = Omitted.DurableOfAnyActivation }, schedule));
    }

    [Fact]
    public void A_stale_second_activation_receives_the_redelivery()
    {
        // c0 makes the outputs of the two activations differ.
        string[] schedule =
        [
            "c0 is sent", "command c0", "a#1 is activated twice", "reader 1 sends a window", "delivery of 0 after -1 to a",
            "answer of a to lane 0", "a#1 gets the calls again", "lane 0 checkpoints",
        ];
        Play(Records(1, 0), schedule);
        Assert.Throws<ViolationException>(() => Play(Records(1, 0) with { Omitted = Omitted.DurableOfAnyActivation }, schedule));
    }

    [Fact]
    public void A_stale_activation_is_given_a_record_that_is_durable_already()
    {
        // a#1 knows nothing of c0, before which it has applied record 0. By a#2 all is durable and acknowledged when a second
        // reader, which knows nothing of it, starts the lane, and a#1 gets record 0.
        string[] schedule =
        [
            "reader 1 sends a window", "delivery of 0", "a#1 is activated twice", "answer of a to lane 0", "c0 is sent",
            "command c0", "success of the write of 'c0 '", "lane 0 checkpoints", "answer 0 of a#2 to the flush",
            "delivery of 0", "answer of a to lane 0", "lane 0 checkpoints", "answer 1 of a#2 to the flush", "another reader starts",
            "ack of 0/0", "reader 1 sends a window", "answer of a to lane 0", "lane 0 checkpoints", "success of the write of 'c0 0 1 '",
            "answer 2 of a#2", "a#2 is lost", "reader 2 sends a window",
        ];
        Play(Records(2, 0), schedule);
        Assert.Throws<ViolationException>(() => Play(Records(2, 0) with { Omitted = Omitted.Confirm }, schedule));
    }

    [Fact]
    public void An_outbox_entry_is_flushed_before_its_acknowledgement()
    {
        string[] schedule = ["lane 0 checkpoints", "success of the write of '0 '", "lane 0 is lost"];
        var unsent = Records(1) with { Records = [new SimRecord(0, 0, 0, [true])] };
        Play(unsent, schedule);
        Play(unsent, [.. schedule, "a#1 is lost"]);
        Assert.Throws<ViolationException>(() => Play(unsent with { Omitted = Omitted.OutboxForgetsFlushed }, schedule));
    }

    [Fact]
    public void An_entity_dies_after_a_commands_flush_before_its_outputs()
    {
        Play(Records(2, 0), "c0 is sent", "command c0", "success of the write of 'c0 '", "a#1 is lost");
        Play(Records(2, 0), "c0 is sent", "command c0", "success of the write of 'c0 '", "a#1 sends", "a#1 is lost");
    }

    [Fact]
    public void A_delivery_comes_in_the_middle_of_a_commands_flush()
    {
        var script = new Script(Records(2, 0));
        script.Do("reader 1 sends a window");
        script.Do("c0 is sent");
        script.Do("command c0");
        Assert.False(script.World.Entities[0].CanTakeDelivery);
        script.Do("write of 'c0 ' by a#1 times out");
        Assert.False(script.World.Entities[0].CanTakeDelivery);
        script.Finish();
    }

    [Fact]
    public void An_unknown_write_is_retried_with_newer_content()
    {
        string[] schedule =
        [
            "reader 1 sends a window", "lane 0 checkpoints", "write of '0 ' by a#1 times out", "reader 1 fetches",
            "reader 1 sends a window", "delivery of 1", "answer of a to lane 0", "lane 0 checkpoints", "flush of a",
            "write of '0 ' by a#1 (late)",
        ];
        Play(Records(2), schedule);
        Assert.Throws<ViolationException>(() => Play(Records(2) with { Omitted = Omitted.RowSameWriter }, schedule));
    }
}
