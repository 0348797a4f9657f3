using Rules.Language;

namespace Rules.Tests.Language;

public sealed class CanonicalTextTests
{
    [Fact]
    public void The_text_of_a_tree_parses_to_an_equal_tree()
    {
        var longest = 0;
        for (var seed = 0; seed < 3000; seed++)
        {
            var expression = new RandomExpressions(new Random(seed)).Next(depth: 1 + (seed % 5));
            var text = expression.ToString();
            longest = Math.Max(longest, text.Length);
            if (text.Length > ExpressionParser.MaxLength)
                continue;
            var parsed = ExpressionParser.Parse(text, TestFields.All);
            Assert.True(expression.Equals(parsed), $"seed {seed}: {text} became {parsed}");
            Assert.Equal(text, parsed.ToString());
            Assert.Equal(expression.GetHashCode(), parsed.GetHashCode());
        }

        Assert.True(longest > 500);
    }
}
