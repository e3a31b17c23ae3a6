namespace Keeper.Core.Submission;

/// <summary>What follows for a slot in flight from what a head says of it.</summary>
/// <param name="IsNews">It is in another block than by the head before, or in none any more.</param>
/// <param name="IsInvented">Its receipt is not to be believed, and counts as none.</param>
public readonly record struct SlotStep(SlotCourse Course, bool IsNews = false, bool IsInvented = false);
