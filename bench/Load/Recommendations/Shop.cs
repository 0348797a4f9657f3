using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Load.Recommendations;

/// <summary>
/// Visitors of a shop, who look in sessions of 5 items in the mean for what goes together: four of five items are of the session's
/// shelf of 50, the others bestsellers (the 1,000 first of the catalogue; the first of them alone is in about every eighth session). The same
/// seed gives the same visits.
/// </summary>
internal sealed class Shop(int visitors, int items, int seed)
{
    public const string InteractionsTopic = "interactions";
    public const string CatalogueTopic = "catalogue";

    /// <summary>What a topic of other entities' outputs is called by default, and so read by its group.</summary>
    public static readonly string[] DerivedTopics = ["item-notices", "item-counts", "recommendation-feedback"];

    private const int Shelf = 50;
    private const double Stay = 0.8; // the chance that a session goes on

    private readonly Random _random = new(seed);
    private readonly (int Session, int Shelf)[] _sessions = new (int, int)[visitors];

    public int Visitors => visitors;

    public static string Visitor(int number) => string.Create(CultureInfo.InvariantCulture, $"visitor-{number}");

    public static string Item(int number) => string.Create(CultureInfo.InvariantCulture, $"item-{number}");

    /// <summary>The whole catalogue, an item a record.</summary>
    public IEnumerable<Message<byte[], byte[]>> Catalogue() => Enumerable.Range(0, items).Select(item => new Message<byte[], byte[]>
    {
        Key = Encoding.UTF8.GetBytes(Item(item)),
        Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"category":"shelf-{{item / Shelf % 200}}","price":{{item % 500}}}""")),
    });

    /// <param name="now">Unix milliseconds.</param>
    public Message<byte[], byte[]> NextInteraction(long now)
    {
        var visitor = _random.Next(visitors);
        ref var session = ref _sessions[visitor];
        if (session.Session == 0 || _random.NextDouble() > Stay) session = (session.Session + 1, _random.Next(items / Shelf));
        var item = _random.NextDouble() < 0.2
            ? (int)(Math.Min(items, 1000) * Math.Pow(_random.NextDouble(), 4))
            : (session.Shelf * Shelf) + (int)(Shelf * Math.Pow(_random.NextDouble(), 1.5));
        var type = _random.Next(20) switch { 0 => "purchase", < 3 => "cart", _ => "view" };
        return new()
        {
            Key = Encoding.UTF8.GetBytes(Visitor(visitor)),
            Value = Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"visitor":"{{Visitor(visitor)}}","session":"{{session.Session}}","item":"{{Item(item)}}","type":"{{type}}","ts":{{now}}}""")),
        };
    }
}
