namespace HBase.Client.Filters;

/// <summary>How what is stored is to stand to what is given: <c>Less</c> holds when the stored bytes are less.</summary>
public enum CompareOperator
{
    Less = 0,
    LessOrEqual = 1,
    Equal = 2,
    NotEqual = 3,
    GreaterOrEqual = 4,
    Greater = 5,
}
