using Rules.Language;

namespace Rules.Tests.Aggregates;

/// <summary>Aggregates to try: durations in milliseconds, for series with about a sample a second.</summary>
internal static class Specs
{
    public static readonly WindowSpec[] Windows =
    [
        Sliding(60_000),
        Sliding(1_000),
        Sliding(7),
        Sliding(60_000, offset: 90_000),
        Sliding(10_000, offset: 400_000),
        Tumbling(30_000),
        Tumbling(10_000, offset: 60_000),
        Hopping(60_000, 5_000),
        Hopping(20_000, 10_000, offset: 25_000),
        Session(2_000),
        Last(1),
        Last(2),
        Last(20),
        Last(150),
    ];

    public static IEnumerable<AggregateSpec> All { get; } =
    [
        .. from function in Enum.GetValues<AggregateFunction>()
           where function != AggregateFunction.Ewma
           from window in Windows
           select Of(function, window),
        Of(AggregateFunction.Ewma, new(WindowShape.None, 20_000, 0, 0, 0)),
    ];

    public static AggregateSpec Of(AggregateFunction function, WindowSpec window, double parameter = 0.9) =>
        new(function, null, null, window, function == AggregateFunction.Quantile ? parameter : 0);

    public static WindowSpec Sliding(long size, long offset = 0) => new(WindowShape.Sliding, size, 0, 0, offset);

    public static WindowSpec Tumbling(long size, long offset = 0) => new(WindowShape.Tumbling, size, 0, 0, offset);

    public static WindowSpec Hopping(long size, long step, long offset = 0) =>
        new(WindowShape.Hopping, size, step, 0, offset);

    public static WindowSpec Session(long gap) => new(WindowShape.Session, gap, 0, 0, 0);

    public static WindowSpec Last(int count) => new(WindowShape.LastN, 0, 0, count, 0);
}
