"""Tables a person brings (CSV, XLSX): the holiday notice, units, routes, earlier orders.

A file is looked through first; every faulty row is told with its line and column; then the good
rest or nothing is loaded, as asked, by the worker, a few hundred rows at a time.
"""
