using System.Text;
using Checkpointing;
using Grains.Entities;
using Grains.Recommending;
using Recommendations;
using Recommendations.Methods;

namespace Grains.Tests.Recommending;

public sealed class InteractionDecoderTests
{
    private const long Time = 1_700_000_000_000;

    [Fact]
    public void An_interaction_is_read_with_or_without_a_session()
    {
        var decoder = new InteractionDecoder(new(), new Catalogue());
        Assert.Equal(
            new Interaction("tea", InteractionKind.Cart, Time, "s1"),
            decoder.Decode(Record("""{"visitor":"ann","session":"s1","item":"tea","type":"cart","ts":1700000000}""")));
        Assert.Equal(
            new Interaction("tèa", InteractionKind.View, Time),
            decoder.Decode(Record("""{"session":null,"item":"t\u00e8a","type":"view","ts":"2023-11-14T22:13:20Z","more":{"x":[1]}}""")));
    }

    [Fact]
    public void Paths_and_types_are_the_configurations()
    {
        var settings = new RecommendationSettings { ItemPath = "product.sku", TypePath = "action", TimePath = "at", SessionPath = "sid" };
        settings.Types["bought"] = InteractionKind.Purchase;
        Assert.Equal(
            new Interaction("A1", InteractionKind.Purchase, Time, "9"),
            new InteractionDecoder(settings, new Catalogue()).Decode(Record("""{"product":{"sku":"A1"},"action":"bought","at":1700000000000,"sid":"9"}""")));
    }

    [Theory]
    [InlineData("""{"type":"view","ts":1}""", "item")]
    [InlineData("""{"item":"tea","ts":1}""", "type")]
    [InlineData("""{"item":"tea","type":"stroke","ts":1}""", "stroke")]
    [InlineData("""{"item":7,"type":"view","ts":1}""", "item")]
    [InlineData("""{"item":"tea","type":"view","ts":"soon"}""", "ts")]
    [InlineData("tea", "JSON")]
    [InlineData("", "no value")]
    public void What_is_none_is_refused_with_the_reason(string json, string reason) =>
        Assert.Contains(
            reason, Assert.Throws<EventRefusedException>(() => new InteractionDecoder(new(), new Catalogue()).Decode(Record(json))).Message, StringComparison.Ordinal);

    private static EventRecord Record(string json) => new() { Timestamp = 5, Value = Encoding.UTF8.GetBytes(json) };
}
