using System.Text.Json;
using Grains.Interfaces;
using Grains.Recommending;
using Silo.Configuration;
using Silo.Hosting;

namespace Silo.Demo;

/// <summary>A shop for tea, tools and travel: its catalogue, and visitors who look for things that go together.</summary>
internal sealed partial class DemoShop(
    IEventTopics topics, IGrainFactory grains, DemoSettings settings, RecommendationSettings recommendations, TimeProvider time,
    ILogger<DemoShop> logger)
    : BackgroundService
{
    private const int Visitors = 200;

    private static readonly (string Category, string[] Items)[] Shelves =
    [
        ("kitchen", ["darjeeling-first-flush", "sencha-loose-leaf", "cast-iron-teapot", "bamboo-whisk", "matcha-bowl", "honey-dipper", "gooseneck-kettle", "tea-strainer"]),
        ("tools", ["cordless-drill", "masonry-bit-set", "wall-plugs-8mm", "spirit-level-60cm", "claw-hammer", "stainless-screws", "work-gloves", "folding-rule"]),
        ("travel", ["carry-on-suitcase", "packing-cubes", "neck-pillow", "travel-adapter", "merino-socks", "rain-poncho", "dry-bag-20l", "luggage-scale"]),
        ("garden", ["tomato-seedlings", "raised-bed-kit", "pruning-shears", "watering-can-10l", "peat-free-compost", "jute-twine", "bird-feeder", "kneeling-pad"]),
        ("music", ["nylon-guitar-strings", "clip-on-tuner", "capo", "folding-music-stand", "metronome", "rosin", "ear-plugs", "manuscript-paper"]),
    ];

    private readonly Random _random = new(4711);
    private readonly Trip[] _trips = new Trip[Visitors];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StockAsync(stoppingToken);
            LogOpen(logger, settings.ShopRate, Visitors, recommendations.InteractionsTopic);
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Math.Clamp(settings.ShopRate, 1, 1000)), time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await VisitAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private Task StockAsync(CancellationToken cancellationToken) => Task.WhenAll(
        from shelf in Shelves
        from item in shelf.Items
        select topics.AppendAsync(
            recommendations.CatalogueTopic, item,
            JsonSerializer.SerializeToUtf8Bytes(new { item, category = shelf.Category, available = item != "bird-feeder" }), cancellationToken));

    private async Task VisitAsync(CancellationToken cancellationToken)
    {
        var number = _random.Next(Visitors);
        var trip = _trips[number];
        if (trip.Left == 0) trip = new(trip.Number + 1, _random.Next(Shelves.Length), _random.Next(3, 9));
        trip = _trips[number] = trip with { Left = trip.Left - 1 };
        var item = await ClickedAsync($"visitor-{number}") ?? Found(trip);
        var value = new Dictionary<string, object>
        {
            [recommendations.VisitorPath] = $"visitor-{number}",
            [recommendations.SessionPath] = $"{trip.Number}",
            [recommendations.ItemPath] = item,
            [recommendations.TypePath] = _random.Next(20) switch { 0 => "purchase", < 4 => "cart", _ => "view" },
            [recommendations.TimePath] = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await topics.AppendAsync(recommendations.InteractionsTopic, $"visitor-{number}", JsonSerializer.SerializeToUtf8Bytes(value), cancellationToken);
    }

    private string Found(Trip trip)
    {
        var shelf = _random.Next(8) == 0 ? _random.Next(Shelves.Length) : trip.Shelf;
        var items = Shelves[shelf].Items;
        return items[(int)(items.Length * Math.Pow(_random.NextDouble(), 1.5))];
    }

    /// <summary>Every other time a visitor is shown what it may want, and takes every third time one of the first; else null.</summary>
    private async Task<string?> ClickedAsync(string visitor)
    {
        if (_random.Next(2) == 0) return null;
        try
        {
            var shown = (await grains.GetGrain<IVisitorGrain>(visitor).GetRecommendationsAsync(5)).Items;
            return shown.Count > 0 && _random.Next(3) == 0 ? shown[(int)(shown.Count * Math.Pow(_random.NextDouble(), 2))].Item : null;
        }
        catch (Exception e)
        {
            LogNoAnswer(logger, e, visitor); // the visitor looks around by itself
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Demo shop: {Visitor} is shown nothing")]
    private static partial void LogNoAnswer(ILogger logger, Exception exception, string visitor);

    [LoggerMessage(LogLevel.Information, "Demo shop: {Rate} interactions/s of {Visitors} visitors on topic {Topic}. Ask: ./granary recommend visitor visitor-7; ./granary recommend feedback")]
    private static partial void LogOpen(ILogger logger, int rate, int visitors, string topic);

    /// <summary>What a visitor is about: so many clicks on a shelf.</summary>
    private readonly record struct Trip(int Number, int Shelf, int Left);
}
