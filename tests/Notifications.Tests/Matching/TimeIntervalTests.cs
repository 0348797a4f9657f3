using System.Globalization;

namespace Notifications.Tests.Matching;

public sealed class TimeIntervalTests
{
    [Theory]
    [InlineData("times: [{ start_time: '09:00', end_time: '17:00' }]", "2030-01-01T09:00Z", true)]
    [InlineData("times: [{ start_time: '09:00', end_time: '17:00' }]", "2030-01-01T17:00Z", false)]
    [InlineData("times: [{ start_time: '22:00', end_time: '24:00' }]", "2030-01-01T23:59Z", true)]
    [InlineData("weekdays: ['monday:friday']", "2030-01-04T12:00Z", true)]
    [InlineData("weekdays: ['monday:friday']", "2030-01-05T12:00Z", false)]
    [InlineData("weekdays: [Sunday, saturday]", "2030-01-06T12:00Z", true)]
    [InlineData("days_of_month: ['1:3']", "2030-01-03T12:00Z", true)]
    [InlineData("days_of_month: ['-2:-1']", "2030-02-27T12:00Z", true)]
    [InlineData("days_of_month: ['-2:-1']", "2030-02-26T12:00Z", false)]
    [InlineData("days_of_month: ['30:-1']", "2030-02-28T12:00Z", false)]
    [InlineData("days_of_month: ['30:-1']", "2030-03-31T12:00Z", true)]
    [InlineData("months: [january, '11:12']", "2030-11-03T12:00Z", true)]
    [InlineData("months: ['january:march']", "2030-04-01T00:00Z", false)]
    [InlineData("years: ['2029:2030']", "2030-04-01T00:00Z", true)]
    [InlineData("years: ['2029']", "2030-04-01T00:00Z", false)]
    [InlineData("times: [{ start_time: '00:00', end_time: '01:00' }], location: Europe/Berlin", "2030-07-01T22:30Z", true)]
    [InlineData("times: [{ start_time: '00:00', end_time: '01:00' }], location: Europe/Berlin", "2030-01-01T22:30Z", false)]
    [InlineData("months: [july], weekdays: [tuesday], location: Europe/Berlin", "2030-07-01T22:30Z", true)]
    [InlineData("months: [july], weekdays: [tuesday]", "2030-07-01T22:30Z", false)]
    public void A_time_is_in_an_interval_when_all_its_properties_hold(string interval, string moment, bool expected)
    {
        var root = TestAlerts.Parse($$"""
            route: { receiver: a, routes: [{ mute_time_intervals: [i] }, { active_time_intervals: [i], receiver: b }] }
            receivers: [{ name: a }, { name: b }]
            time_intervals: [{ name: i, time_intervals: [{ {{interval}} }] }]
            """).Root;
        var at = DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.Equal(expected, root.Routes[0].IsMuted(at));
        Assert.Equal(!expected, root.Routes[1].IsMuted(at));
        Assert.False(root.IsMuted(at));
    }
}
