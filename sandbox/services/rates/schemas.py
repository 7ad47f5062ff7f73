"""JSON shapes of the rates service."""

from sandbox.core.wire import Amount, Out


class Course(Out):
    """EUR for one unit of a coin at a moment."""

    course: Amount
    date: str


class CurrentCourse(Out):
    """The rate now."""

    course: Course


class CourseHistory(Out):
    """Rates over time, oldest first."""

    courses: list[Course]
