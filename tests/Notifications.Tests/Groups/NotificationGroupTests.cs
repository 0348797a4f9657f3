using Notifications.Groups;
using Notifications.Matching;

namespace Notifications.Tests.Groups;

/// <summary>group_wait 30 s, group_interval 300 s, repeat_interval 3600 s. Each case says what happens at which second.</summary>
public sealed class NotificationGroupTests
{
    [Theory]
    // Waits for more alerts, then tells of all at once; what is new later, after the interval.
    [InlineData("0 +a; 10 +b; 100 +c", 400, "30 +a+b; 330 +a+b+c")]
    // What fires on is repeated, exactly after the repeat interval.
    [InlineData("0 +a", 7300, "30 +a; 3630 +a; 7230 +a")]
    // Resolved before it was told of: nobody hears of it.
    [InlineData("0 +a; 20 -a", 4000, "")]
    // Resolved: told once; then the group ends.
    [InlineData("0 +a; 100 -a", 8000, "30 +a; 330 -a")]
    // One of two resolved, then the other.
    [InlineData("0 +a; 0 +b; 100 -a; 700 -b", 8000, "30 +a+b; 330 +b-a; 930 -b")]
    // Both resolved.
    [InlineData("0 +a; 0 +b; 100 -a; 101 -b", 8000, "30 +a+b; 330 -a-b")]
    // Flaps between two flushes: nothing new.
    [InlineData("0 +a; 100 -a; 200 +a#2", 3000, "30 +a")]
    // Fires again after it was told resolved: the group begins anew.
    [InlineData("0 +a; 100 -a; 400 +a#2", 600, "30 +a; 330 -a; 430 +a")]
    // Fires again at once.
    [InlineData("0 +a; 100 -a; 100 +a#2; 100 -a; 700 -a#2", 8000, "30 +a; 930 -a")]
    // Its end may be told as earlier, for its clock has been changed.
    [InlineData("0 +a; 100 -a@-50", 8000, "30 +a; 330 -a")]
    // The same again and what is older change nothing.
    [InlineData("0 +a; 0 +a; 100 -a; 100 -a; 50 +a; 0 +a", 8000, "30 +a; 330 -a")]
    // An alert that has begun longer ago than the wait is told at once.
    [InlineData("0 +a@-31", 20, "0 +a")]
    [InlineData("0 +a@-29", 40, "30 +a")]
    // Later not: the interval counts.
    [InlineData("0 +a; 100 +b@-500", 400, "30 +a; 330 +a+b")]
    // Resolved is unknown: nothing.
    [InlineData("0 -a", 400, "")]
    public void A_group_tells_as_Alertmanager_does(string happens, int until, string expected) =>
        Assert.Equal(expected, Run(happens, until));

    [Theory]
    [InlineData("0 +a; 0 +b; 100 -a; 700 -b", "30 +a+b")]
    [InlineData("0 +a; 100 -a; 400 +a#2; 401 +b", "30 +a; 430 +a+b")]
    [InlineData("0 +a; 0 +b; 100 -a; 200 +c", "30 +a+b; 330 +b+c")]
    public void Without_send_resolved_only_what_fires_is_told(string happens, string expected) =>
        Assert.Equal(expected, Run(happens, 2000, sendResolved: false));

    [Theory]
    [InlineData("0 +m; 10 +a", "30 +a")]
    [InlineData("0 +m", "")]
    // Muted later: told neither as firing nor as resolved.
    [InlineData("0 +a; 0 +b; 50 mute b; 100 -b; 700 +c", "30 +a+b; 930 +a+c")]
    // Muted only for a time: told after it.
    [InlineData("0 mute a; 0 +a; 400 unmute a", "630 +a")]
    public void A_muted_alert_is_left_out(string happens, string expected) =>
        Assert.Equal(expected, Run($"0 mute m; {happens}", 2000));

    [Theory]
    [InlineData("0 down; 0 +a; 100 -a; 1000 up", "1000 +a; 1000 -a")]
    [InlineData("0 down; 0 +a; 100 +b; 200 up", "200 +a; 330 +a+b")]
    // Resolved and firing again while the receiver is down: what it is told first is what was so then.
    [InlineData("0 +a; 100 -a; 320 down; 340 +b; 1000 up", "30 +a; 1000 -a; 1000 +b")]
    public void A_receiver_that_is_down_is_told_all_afterwards(string happens, string expected) =>
        Assert.Equal(expected, Run(happens, 2000));

    [Fact]
    public void A_refused_notification_is_made_anew_while_its_alert_fires()
    {
        var group = Create();
        group.Apply(TestAlerts.Firing("a", 0), TestAlerts.At(0));
        group.Flush(TestAlerts.At(30), _ => false);
        var first = group.PendingKey;
        group.Refused(TestAlerts.At(40));
        Assert.Equal(TestAlerts.At(340), Saved(group).Due);
        group.Flush(TestAlerts.At(340), _ => false);
        Assert.NotEqual(first, group.PendingKey);
        group.Refused(TestAlerts.At(340));
        group.Apply(TestAlerts.Resolved("a", 350), TestAlerts.At(350));
        group.Flush(TestAlerts.At(640), _ => false);
        Assert.True(group.IsFinished);
    }

    [Fact]
    public void While_its_route_is_muted_a_group_tells_nothing()
    {
        var night = new TimeInterval("night", [new([new(0, 9)], [], [], [], [], TimeZoneInfo.Utc)]);
        var group = Create(new Route { Path = "{}", Receiver = "r", MuteTimes = [night] });
        group.Apply(TestAlerts.Firing("a", 0), TestAlerts.At(0));
        group.Flush(TestAlerts.At(30), _ => false);
        Assert.Null(group.Pending);
        group.Flush(TestAlerts.At(330), _ => false);
        Assert.Null(group.Pending);
        group.Flush(TestAlerts.At(630), _ => false);
        Assert.NotNull(group.Pending);
    }

    [Fact]
    public void A_notification_keeps_its_key_and_content_until_it_is_delivered_also_through_a_restart()
    {
        var group = Create();
        group.Apply(TestAlerts.Firing("a", 0), TestAlerts.At(0));
        group.Flush(TestAlerts.At(30), _ => false);
        var (key, alerts) = (group.PendingKey, group.Pending!.Alerts);
        group.Apply(TestAlerts.Firing("b", 40), TestAlerts.At(40));
        group.Failed(TestAlerts.At(50), TimeSpan.FromSeconds(5));
        Assert.Equal(TestAlerts.At(55), group.Due);
        group.Flush(TestAlerts.At(1000), _ => false);

        var restored = new NotificationGroup(GroupState.Read(group.Write()), Route, sendResolved: true);
        Assert.Equal((key, key), (group.PendingKey, restored.PendingKey));
        Assert.Equivalent(alerts, restored.Pending!.Alerts, strict: true);
        restored.Delivered();
        restored.Flush(TestAlerts.At(1000), _ => false);
        Assert.NotEqual(key, restored.PendingKey);
        Assert.Equal(2, restored.Pending!.Alerts.Length);
    }

    [Fact]
    public void A_state_that_cannot_be_read_is_told()
    {
        Assert.Throws<InvalidDataException>(() => GroupState.Read(new StoredGroup("k", "x"u8.ToArray())));
        var future = System.Text.Encoding.UTF8.GetString(Create().Write().State.Span).Replace("\"Version\":1", "\"Version\":2", StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(
            () => GroupState.Read(new StoredGroup("k", System.Text.Encoding.UTF8.GetBytes(future))));
    }

    private static readonly Route Route = new() { Path = "{}", Receiver = "r", RepeatInterval = 3_600_000 };

    private static NotificationGroup Create(Route? route = null, bool sendResolved = true, int second = 0) =>
        NotificationGroup.Create(
            Guid.NewGuid(), new GroupKey("r", "{}", LabelSet.Empty), route ?? Route, sendResolved, TestAlerts.At(second));

    private static NotificationGroup Saved(NotificationGroup group)
    {
        group.Saved();
        return group;
    }

    /// <summary>Plays what happens second by second, and restarts the group from its stored state at each.</summary>
    /// <param name="happens">
    /// Second and what: <c>+a</c> fires, <c>+a#2</c> the second time, <c>+a@5</c> has fired at second 5, <c>-a</c> resolves, <c>mute a</c>, <c>unmute a</c>, <c>down</c>, <c>up</c>.
    /// One out of order is taken in at the second of the one before it.
    /// </param>
    private static string Run(string happens, int until, bool sendResolved = true)
    {
        var script = new Queue<string[]>(happens.Split("; ").Select(h => h.Split(' ')));
        var muted = new HashSet<string>();
        var told = new List<string>();
        NotificationGroup? group = null;
        var isDown = false;
        for (var second = 0; second <= until; second++)
        {
            while (script.TryPeek(out var next) && int.Parse(next[0]) <= second)
            {
                script.Dequeue();
                if (next[1] is "mute")
                    muted.Add(next[2]);
                else if (next[1] is "unmute")
                    muted.Remove(next[2]);
                else if (next[1] is "down" or "up")
                    isDown = next[1] == "down";
                else
                    Take(next[1], int.Parse(next[0]), second);
            }

            while (group is not null && Saved(group).Due <= TestAlerts.At(second))
            {
                group.Flush(TestAlerts.At(second), a => muted.Contains(a.Labels["entity"]));
                if (group.IsFinished)
                    group = null;
                else if (group.Pending is null)
                    continue;
                else if (isDown)
                    break;
                else
                    Tell(second);
            }

            if (group is not null)
                group = new NotificationGroup(GroupState.Read(group.Write()), Route, sendResolved);
        }

        return string.Join("; ", told);

        void Take(string change, int time, int second)
        {
            var parts = change[1..].Split('@');
            if (parts.Length > 1)
                time = int.Parse(parts[1]);
            var name = parts[0].Split('#');
            var number = name.Length > 1 ? int.Parse(name[1]) : 1;
            var alert = Alert.From(TestAlerts.Notice(name[0], change[0] == '+', time, number: number));
            group ??= Create(sendResolved: sendResolved, second: second);
            group.Apply(alert, TestAlerts.At(second));
        }

        void Tell(int second)
        {
            var names = group!.Pending!.Alerts.OrderByDescending(a => a.IsFiring).ThenBy(a => a.Labels["entity"])
                .Select(a => $"{(a.IsFiring ? '+' : '-')}{a.Labels["entity"]}");
            told.Add($"{second} {string.Concat(names)}");
            group.Delivered();
        }
    }
}
