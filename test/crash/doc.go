// Package crash provides what shows that a store in a SQL database survives kill -9 at any
// moment: a process that changes it without end and tells what was acknowledged, and a check
// that all of that is there and nothing is half done.
package crash
