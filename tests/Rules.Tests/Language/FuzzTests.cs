using RulesFuzz;

namespace Rules.Tests.Language;

public sealed class FuzzTests
{
    [Fact]
    public void The_files_that_are_mutated_are_good() =>
        Assert.All(Corpus.Files, f => Assert.Equal((Outcome.Good, ""), (FuzzCase.Run(f, out var failure), failure)));

    [Fact]
    public void Mutated_files_are_refused_with_places_or_good()
    {
        var outcomes = new Dictionary<Outcome, int> { [Outcome.Good] = 0, [Outcome.Malformed] = 0 };
        for (var index = 0; index < 4000; index++)
        {
            var text = Mutator.Make(seed: 7, index);
            var outcome = FuzzCase.Run(text, out var failure);
            Assert.True(outcome != Outcome.Failed, $"file {index}: {failure}\n{text}");
            outcomes[outcome]++;
        }

        Assert.True(outcomes[Outcome.Malformed] > 2000 && outcomes[Outcome.Good] > 100, string.Join(", ", outcomes));
    }
}
